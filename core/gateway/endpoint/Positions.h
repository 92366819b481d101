#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "plugin/context/StreamEmitter.h"

namespace chat::gateway {

/// How far a socket has come in each stream of positions (EmitOptions::position). Most sockets were never sent one, so
/// that they have a pointer for it and nothing else; few have more than one stream. Limit: the plugins that emit with
/// positions.
class Positions {
 public:
  Positions() = default;
  Positions(const Positions& other) { *this = other; }
  Positions& operator=(const Positions& other) {
    if (this != &other) _streams = other._streams ? std::make_unique<Streams>(*other._streams) : nullptr;
    return *this;
  }
  Positions(Positions&&) noexcept = default;
  Positions& operator=(Positions&&) noexcept = default;
  ~Positions() = default;

  /// The last position of that stream; 0 if it was sent none.
  std::uint64_t last(plugin::Stream stream) const noexcept {
    if (!_streams) return 0;
    for (const auto& [name, position] : *_streams) {
      if (name == stream) return position;
    }
    return 0;
  }
  /// Goes on to that position, never back.
  void reach(plugin::Stream stream, std::uint64_t position) {
    if (position == 0) return;
    if (!_streams) _streams = std::make_unique<Streams>();
    for (auto& [name, last] : *_streams) {
      if (name == stream) {
        last = std::max(last, position);
        return;
      }
    }
    _streams->emplace_back(stream, position);
  }
  /// As far as the farther one of both, in each stream.
  void reach(const Positions& other) {
    if (!other._streams) return;
    for (const auto& [name, position] : *other._streams) reach(name, position);
  }

 private:
  using Streams = std::vector<std::pair<plugin::Stream, std::uint64_t>>;
  std::unique_ptr<Streams> _streams;
};

}  // namespace chat::gateway
