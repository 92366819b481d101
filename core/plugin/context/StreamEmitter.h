#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "plugin/api/Emitter.h"

namespace chat::plugin {

/// Identifies the stream of positions that an emit's position belongs to (EmitOptions::position). Each plugin has a
/// stream of its own, which all its generations share. `Stream{}` is the host's.
enum class Stream : std::uint64_t {};

inline Stream streamOf(std::string_view plugin) noexcept {
  return static_cast<Stream>(std::hash<std::string_view>{}(plugin));
}

/// Where an emit belongs in a stream: after that position in the user's eyes (Emitter::emitAfter); 0 if it is the
/// first, or if it isn't known.
struct StreamPlace {
  Stream stream{};
  std::uint64_t previous = 0;
};

/// The emitter behind the emitters of the plugins. Thread: any.
class StreamEmitter : public Emitter {
 public:
  /// As `emit`, at that place.
  virtual void emitIn(const StreamPlace& place, const Target& target, std::string_view event, std::string_view args,
                      const EmitOptions& options, std::span<const std::string_view> attachments) = 0;
  void emit(const Target& target, std::string_view event, std::string_view args, const EmitOptions& options,
            std::span<const std::string_view> attachments) final {
    emitIn({}, target, event, args, options, attachments);
  }
};

}  // namespace chat::plugin
