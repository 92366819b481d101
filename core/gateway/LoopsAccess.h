#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/Ids.h"
#include "gateway/Options.h"
#include "gateway/asking/SocketRounds.h"
#include "plugin/context/SocketAccess.h"

namespace chat::gateway {

class Shard;

/// Brings what plugins ask of sockets to every loop and their reports together. A loop that has ended reports nothing
/// and is not waited for. Thread: any, but the shards are set once, before.
class LoopsAccess final : public plugin::SocketAccess {
 public:
  using Shards = std::vector<std::unique_ptr<Shard>>;
  LoopsAccess(const Shards& shards, const Options& options) noexcept : _shards(shards), _options(options) {}

  bool isLoop() const noexcept override;
  std::shared_ptr<plugin::Pending> ask(const plugin::Target& target, std::string_view event, std::string_view args,
                                       std::span<const std::string_view> attachments, const plugin::AskOptions& options,
                                       Asked done) override;
  std::shared_ptr<plugin::Pending> fetch(const plugin::Target& target, Fetched done) override;
  std::shared_ptr<plugin::Pending> count(const plugin::Target& target, Counted done) override;
  void setData(const plugin::Target& target, std::string_view key, std::string_view value) override;
  /// See plugin::Emitter::areOnline.
  std::vector<bool> areOnline(std::span<const base::UserId> users);
  /// See plugin::Emitter::credentials.
  std::vector<std::string> credentials(std::string_view after, std::size_t most);

 private:
  void onEach(const std::shared_ptr<Round>& round, const std::function<void(Answerer, Shard&)>& call);

  /// Waits for the answers of all loops. Throws AppError 503.
  void wait(WaitedRound& round) const;
  void refuseOnLoops(const char* what) const;

  const Shards& _shards;
  const Options& _options;
};

}  // namespace chat::gateway
