#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gateway/asking/AckRound.h"
#include "gateway/asking/Questions.h"
#include "gateway/asking/SocketRounds.h"
#include "gateway/delivery/Delivery.h"
#include "gateway/reply/IdentityEnds.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// Answers what is asked of the sockets of one loop. Thread: the loop's.
class SocketQueries {
 public:
  SocketQueries(net::Loop& loop, Delivery& delivery, IdentityEnds& ends, const ReplyContext& replies) noexcept
      : _loop(loop), _delivery(delivery), _ends(ends), _replies(replies) {}

  /// Asks those of this loop, for which `who` stands in the round.
  void ask(const Ask& question, Answerer who, const std::shared_ptr<AckRound>& round);
  std::vector<std::unique_ptr<const SocketSnapshot>> fetch(const Fetch& question);
  std::size_t count(const Count& question);
  /// One value for each user.
  std::vector<bool> online(const Online& question) const;
  std::vector<std::string> credentials(const Credentials& question) const;

 private:
  net::Loop& _loop;
  Delivery& _delivery;
  IdentityEnds& _ends;
  const ReplyContext& _replies;
};

}  // namespace chat::gateway
