#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "plugin/context/StreamEmitter.h"

namespace chat::gateway {

/// How far a socket has come in each stream of positions (EmitOptions::position). Few sockets are sent more than one
/// stream, so that the first has its place here. Limit: the plugins that emit with positions.
class Positions {
 public:
  Positions() = default;
  Positions(const Positions& other) { *this = other; }
  Positions& operator=(const Positions& other) {
    if (this == &other) return *this;
    _stream = other._stream;
    _last = other._last;
    _others = other._others ? std::make_unique<Others>(*other._others) : nullptr;
    return *this;
  }
  Positions(Positions&&) noexcept = default;
  Positions& operator=(Positions&&) noexcept = default;
  ~Positions() = default;

  /// The last position of that stream; 0 for none.
  std::uint64_t last(plugin::Stream stream) const noexcept {
    if (stream == _stream || !_others) return stream == _stream ? _last : 0;
    for (const auto& [name, position] : *_others) {
      if (name == stream) return position;
    }
    return 0;
  }
  /// Goes on to that position, never back.
  void reach(plugin::Stream stream, std::uint64_t position) {
    if (position == 0) return;
    if (_last == 0) _stream = stream;
    if (stream == _stream) {
      _last = std::max(_last, position);
      return;
    }
    if (!_others) _others = std::make_unique<Others>();
    for (auto& [name, last] : *_others) {
      if (name == stream) {
        last = std::max(last, position);
        return;
      }
    }
    _others->emplace_back(stream, position);
  }
  /// As far as the farther one of both, in each stream.
  void reach(const Positions& other) {
    reach(other._stream, other._last);
    if (!other._others) return;
    for (const auto& [name, position] : *other._others) reach(name, position);
  }

 private:
  using Others = std::vector<std::pair<plugin::Stream, std::uint64_t>>;
  plugin::Stream _stream{};
  std::uint64_t _last = 0;
  std::unique_ptr<Others> _others;
};

}  // namespace chat::gateway
