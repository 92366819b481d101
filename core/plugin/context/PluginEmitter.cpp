#include "plugin/context/PluginEmitter.h"

#include <stdexcept>

namespace chat::plugin {

void PluginEmitter::require(const Target& target, const EmitOptions& options) const {
  if (options.position == 0 || target.kind == Target::Kind::User || _isLenient) return;
  throw std::invalid_argument(
      "an emit with a position is for a user (Target::toUser), not for rooms, a namespace or a socket");
}

void PluginEmitter::emit(const Target& target, std::string_view event, std::string_view args,
                         const EmitOptions& options, std::span<const std::string_view> attachments) {
  require(target, options);
  EmitOptions meant = options;
  if (target.kind != Target::Kind::User) meant.position = 0;
  _emitter.emitIn(_stream, target, event, args, meant, attachments);
}

}  // namespace chat::plugin
