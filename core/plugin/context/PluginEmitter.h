#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/context/StreamEmitter.h"

namespace chat::plugin {

/// The Emitter of one plugin, whose positions are a stream of their own (StreamEmitter). Thread: any.
class PluginEmitter final : public Emitter {
 public:
  /// `apiMinor`: the minor version of the API that the plugin was built with.
  PluginEmitter(StreamEmitter& emitter, std::string_view plugin, int apiMinor) noexcept
      : _emitter(emitter), _stream(streamOf(plugin)), _isLenient(apiMinor < 1) {}

  /// Throws std::invalid_argument if there is a position and the target isn't a user. Not for plugins built with API
  /// 1.0, which didn't forbid that: their position is ignored then.
  void require(const Target& target, const EmitOptions& options) const;

  void emit(const Target& target, std::string_view event, std::string_view args, const EmitOptions& options,
            std::span<const std::string_view> attachments) override;
  void join(const Target& target, std::string_view room) override { _emitter.join(target, room); }
  void leave(const Target& target, std::string_view room) override { _emitter.leave(target, room); }
  void disconnect(const Target& target, bool closeConnection) override { _emitter.disconnect(target, closeConnection); }
  void revoke(std::string_view credential) override { _emitter.revoke(credential); }
  void endCredential(std::string_view credential, std::string_view reason, std::string_view exceptSocketId) override {
    _emitter.endCredential(credential, reason, exceptSocketId);
  }
  std::vector<std::string> credentials(std::string_view after, std::size_t most) override {
    return _emitter.credentials(after, most);
  }
  std::vector<bool> areOnline(std::span<const base::UserId> users) override { return _emitter.areOnline(users); }

 private:
  StreamEmitter& _emitter;
  const Stream _stream;
  const bool _isLenient;
};

}  // namespace chat::plugin
