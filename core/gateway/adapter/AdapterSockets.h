#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "gateway/adapter/Adapter.h"
#include "gateway/options/Options.h"
#include "plugin/context/SocketBackend.h"

namespace chat::net {
class LoopGroup;
}

namespace chat::gateway {

/// What plugins ask of sockets, as questions to an adapter. Thread: any.
class AdapterSockets final : public plugin::SocketBackend {
 public:
  /// All outlive it.
  AdapterSockets(Adapter& adapter, const net::LoopGroup& loops, const Options& options) noexcept
      : _adapter(adapter), _loops(loops), _options(options) {}

  bool isLoop() const noexcept override;
  std::shared_ptr<plugin::Pending> ask(const plugin::Target& target, std::string_view event, std::string_view args,
                                       std::span<const std::string_view> attachments, const plugin::AskOptions& options,
                                       Asked done) override;
  std::shared_ptr<plugin::Pending> fetch(const plugin::Target& target, Fetched done) override;
  std::shared_ptr<plugin::Pending> count(const plugin::Target& target, Counted done) override;
  void setData(const plugin::Target& target, std::string_view key, std::string_view value) override;

 private:
  Adapter& _adapter;
  const net::LoopGroup& _loops;
  const Options& _options;
};

}  // namespace chat::gateway
