#pragma once

#include <unistd.h>

#include <utility>

namespace chat::base {

/// Owns a file descriptor and closes it.
class Descriptor {
 public:
  explicit Descriptor(int number) noexcept : _number(number) {}
  Descriptor(Descriptor&& other) noexcept : _number(std::exchange(other._number, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(_number, other._number);
    return *this;
  }
  ~Descriptor() {
    if (_number >= 0) ::close(_number);
  }

  explicit operator bool() const noexcept { return _number >= 0; }
  int get() const noexcept { return _number; }

 private:
  int _number;
};

}  // namespace chat::base
