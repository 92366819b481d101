#pragma once

#include <memory>

#include "gateway/asking/SocketQueries.h"
#include "gateway/delivery/Delivery.h"
#include "gateway/delivery/Recovery.h"
#include "gateway/emission/Command.h"
#include "gateway/reply/IdentityEnds.h"
#include "gateway/reply/ReplyContext.h"

namespace chat::gateway {

/// The sockets of one loop, as the LocalAdapter reaches them. Thread: the loop's.
class LoopSockets {
 public:
  /// `recovery` is null if connections aren't recovered.
  LoopSockets(net::Loop& loop, Delivery& delivery, IdentityEnds& ends, Recovery* recovery,
              const ReplyContext& replies) noexcept
      : _loop(loop),
        _delivery(delivery),
        _ends(ends),
        _recovery(recovery),
        _replies(replies),
        _queries(loop, delivery, ends, replies) {}

  /// Thread: any.
  net::Loop& loop() const noexcept { return _loop; }

  void deliver(const std::shared_ptr<const Emission>& emission) { _delivery.deliver(emission); }
  void carryOut(const Command& command);
  /// Delivers and carries out all that is next in the common order. Only if connections are recovered.
  void carryOutOrdered();

  void ask(const Ask& question, Answerer who, const std::shared_ptr<AckRound>& round) {
    _queries.ask(question, who, round);
  }
  void ask(const Fetch& question, Answerer who, const std::shared_ptr<FetchRound>& round) {
    round->add(who, _queries.fetch(question));
  }
  void ask(const Count& question, Answerer who, const std::shared_ptr<CountRound>& round) {
    round->add(who, _queries.count(question));
  }
  void ask(const Online& question, Answerer who, const std::shared_ptr<OnlineRound>& round) {
    round->add(who, _queries.online(question));
  }
  void ask(const Credentials& question, Answerer who, const std::shared_ptr<CredentialsRound>& round) {
    round->add(who, _queries.credentials(question));
  }

 private:
  void apply(const Join& command);
  void apply(const Leave& command);
  void apply(const Disconnect& command);
  void apply(const Revoke& command);
  void apply(const SetData& command);

  net::Loop& _loop;
  Delivery& _delivery;
  IdentityEnds& _ends;
  Recovery* const _recovery;
  const ReplyContext& _replies;
  SocketQueries _queries;
  bool _isCarryingOut = false;
};

}  // namespace chat::gateway
