#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace chat::gateway {

/// Whoever answers a question for the sockets it has: a loop of this process. Counted from 0.
using Answerer = std::uint32_t;

/// Who has yet to answer a question. Each answers once: an answer of one that wasn't asked, or that has answered, is
/// dropped. A value; guarded by its round.
class Answerers {
 public:
  explicit Answerers(std::size_t number) : _isOpen(number, true), _left(number) {}

  /// Whether the round waits for this one.
  bool waitsFor(Answerer who) const noexcept { return who < _isOpen.size() && _isOpen[who]; }
  /// This one has answered, or will not. False if the round didn't wait for it.
  bool finish(Answerer who) noexcept {
    if (!waitsFor(who)) return false;
    _isOpen[who] = false;
    --_left;
    return true;
  }
  std::size_t left() const noexcept { return _left; }

 private:
  std::vector<bool> _isOpen;
  std::size_t _left;
};

}  // namespace chat::gateway
