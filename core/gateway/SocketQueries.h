#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/Clock.h"
#include "base/Ids.h"
#include "gateway/Endpoint.h"
#include "gateway/asking/AckRound.h"
#include "gateway/asking/SocketRounds.h"

namespace chat::gateway {

class Shard;

/// What a plugin asks of sockets, with all that each loop needs of it. Immutable, shared between the loops.
struct Question {
  plugin::Target target;
  std::string event;
  std::string args;
  std::vector<std::string> attachments;
  base::Duration timeout;
  bool isUncompressed;
};

/// What plugins ask of the sockets of one loop. Thread: the loop's.
class SocketQueries {
 public:
  explicit SocketQueries(Shard& shard) noexcept : _shard(shard) {}

  /// Asks those of this loop, for which `who` stands in the round.
  void ask(const Question& question, Answerer who, const std::shared_ptr<AckRound>& round);
  std::vector<std::unique_ptr<const SocketSnapshot>> fetch(const plugin::Target& target);
  std::size_t count(const plugin::Target& target);
  /// One value for each user.
  std::vector<bool> online(const std::vector<base::UserId>& users) const;
  void setData(const plugin::Target& target, std::string_view key, std::string_view value);

 private:
  void forEach(const plugin::Target& target, const std::function<void(Endpoint&)>& call);

  Shard& _shard;
};

}  // namespace chat::gateway
