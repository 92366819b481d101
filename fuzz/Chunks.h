#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace chat::fuzz {

/// Splits the input into parts; the input's first byte seeds their lengths.
class Chunks {
 public:
  explicit Chunks(std::string_view input) : _rest(input) {
    if (_rest.empty()) return;
    _seed = static_cast<unsigned char>(_rest.front());
    _rest.remove_prefix(1);
  }
  bool empty() const { return _rest.empty(); }
  std::string_view next() {
    _seed = _seed * 1103515245U + 12345U;
    const auto size = std::min<std::size_t>(1 + (_seed >> 16) % 64, _rest.size());
    const auto chunk = _rest.substr(0, size);
    _rest.remove_prefix(size);
    return chunk;
  }

 private:
  std::string_view _rest;
  unsigned _seed = 0;
};

}  // namespace chat::fuzz
