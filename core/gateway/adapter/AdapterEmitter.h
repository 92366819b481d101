#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/adapter/Adapter.h"
#include "gateway/options/Options.h"
#include "plugin/context/StreamEmitter.h"

namespace chat::net {
class LoopGroup;
}

namespace chat::gateway {

/// The emitter behind those of the plugins: checks what they send and hands it to an adapter. Thread: any.
class AdapterEmitter final : public plugin::StreamEmitter {
 public:
  /// All outlive it.
  AdapterEmitter(Adapter& adapter, const net::LoopGroup& loops, const Options& options) noexcept
      : _adapter(adapter), _loops(loops), _options(options) {}

  void emitIn(plugin::Stream stream, const plugin::Target& target, std::string_view event, std::string_view args,
              const plugin::EmitOptions& options, std::span<const std::string_view> attachments) override;
  void join(const plugin::Target& target, std::string_view room) override;
  void leave(const plugin::Target& target, std::string_view room) override;
  void disconnect(const plugin::Target& target, bool closeConnection) override;
  void revoke(std::string_view credential) override { endCredential(credential, "revoked", {}); }
  void endCredential(std::string_view credential, std::string_view reason, std::string_view exceptSocketId) override;
  std::vector<bool> areOnline(std::span<const base::UserId> users) override;
  std::vector<std::string> credentials(std::string_view after, std::size_t most) override;

 private:
  void refuseOnLoops(const char* what) const;

  Adapter& _adapter;
  const net::LoopGroup& _loops;
  const Options& _options;
};

}  // namespace chat::gateway
