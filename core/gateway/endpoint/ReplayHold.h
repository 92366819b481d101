#pragma once

#include <memory>
#include <vector>

#include "gateway/emission/Emission.h"

namespace chat::gateway {

/// Emits with a position that came to an endpoint while the missed ones of their stream were being replayed to it.
struct ReplayHold {
  struct Stream {
    plugin::Stream name{};
    unsigned replays = 0;  ///< that haven't ended the hold yet
    std::vector<std::shared_ptr<const Emission>> emissions;
    bool hasOverflowed = false;  ///< too many came: the replay reads on from the store instead
  };
  std::vector<Stream> streams;

  void add(plugin::Stream name) {
    auto* stream = find(name);
    if (!stream) stream = &streams.emplace_back(Stream{name, 0, {}});
    ++stream->replays;
  }
  /// Null if that stream isn't held.
  Stream* find(plugin::Stream name) noexcept {
    for (auto& stream : streams) {
      if (stream.name == name) return &stream;
    }
    return nullptr;
  }
};

}  // namespace chat::gateway
