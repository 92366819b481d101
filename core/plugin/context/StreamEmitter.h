#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "plugin/api/Emitter.h"

namespace chat::plugin {

/// Whose positions an emit's position is among (EmitOptions::position): each plugin has a stream of its own, which a
/// newer generation of the plugin goes on with. `Stream{}` is the host's.
enum class Stream : std::uint64_t {};

inline Stream streamOf(std::string_view plugin) noexcept {
  return static_cast<Stream>(std::hash<std::string_view>{}(plugin));
}

/// The emitter behind those that plugins are lent.
class StreamEmitter : public Emitter {
 public:
  /// As `emit`; the position is one of that stream.
  virtual void emitIn(Stream stream, const Target& target, std::string_view event, std::string_view args,
                      const EmitOptions& options, std::span<const std::string_view> attachments) = 0;
  void emit(const Target& target, std::string_view event, std::string_view args, const EmitOptions& options,
            std::span<const std::string_view> attachments) final {
    emitIn(Stream{}, target, event, args, options, attachments);
  }
};

}  // namespace chat::plugin
