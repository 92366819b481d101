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

/// The emitter behind the emitters of the plugins. Thread: any.
class StreamEmitter : public Emitter {
 public:
  /// As `emit`; the position belongs to `stream`.
  virtual void emitIn(Stream stream, const Target& target, std::string_view event, std::string_view args,
                      const EmitOptions& options, std::span<const std::string_view> attachments) = 0;
  void emit(const Target& target, std::string_view event, std::string_view args, const EmitOptions& options,
            std::span<const std::string_view> attachments) final {
    emitIn(Stream{}, target, event, args, options, attachments);
  }
};

}  // namespace chat::plugin
