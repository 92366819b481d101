#include "gateway/adapter/LocalAdapter.h"

#include <string>
#include <utility>

#include "gateway/emission/RecoveryOffset.h"
#include "net/Loop.h"
#include "socketio/EncodedEvent.h"

namespace chat::gateway {
namespace {

/// A loop's part in a round: the loop has finished when this goes, also if the loop has ended and drops the task.
class LoopPart {
 public:
  LoopPart(Answerer loop, std::shared_ptr<Round> round) : _loop(loop), _round(std::move(round)) {}
  LoopPart(LoopPart&&) noexcept = default;
  LoopPart& operator=(LoopPart&&) = delete;
  ~LoopPart() {
    if (_round) _round->finish(_loop);
  }

 private:
  const Answerer _loop;
  std::shared_ptr<Round> _round;
};

}  // namespace

// On the caller's own loop at once, so that what a handler on the loop emits keeps its order with what it answers.
template <typename Call>
void LocalAdapter::onEach(const Call& call) {
  for (auto* sockets : _loops) {
    sockets->loop().execute([call, sockets] { call(*sockets); });
  }
}

void LocalAdapter::emit(const Emit& emit) {
  auto emission = std::make_shared<Emission>();
  emission->target = emit.target;
  emission->options = emit.options;
  emission->stream = emit.stream;
  emission->parser = _options.parser;
  const bool isForUser = emit.target.kind == plugin::Target::Kind::User;
  if (isForUser || (_tables && _tables->showsOutgoing())) {
    emission->event = emit.event;
    emission->args = emit.args;
  }
  if (isForUser) emission->attachments.assign(emit.attachments.begin(), emit.attachments.end());
  if (_order) return emitInOrder(std::move(emission), emit);
  if (!isForUser) {
    emission->encoded =
        socketio::EncodedEvent::of(emit.target.nsp, emit.event, emit.args, emit.attachments, _options.parser);
    emission->encoded->setUncompressed(emit.options.isUncompressed);
  }
  onEach([emission = std::shared_ptr<const Emission>(std::move(emission))](LoopSockets& sockets) {
    sockets.deliver(emission);
  });
}

void LocalAdapter::emitInOrder(std::shared_ptr<Emission> emission, const Emit& emit) {
  _order->add([&](std::uint64_t sequence) {
    emission->sequence = sequence;
    if (emit.target.kind != plugin::Target::Kind::User) {
      emission->encoded = socketio::EncodedEvent::of(emit.target.nsp, emit.event,
                                                     withArgument(emit.args, RecoveryOffset::argument(sequence)),
                                                     emit.attachments, _options.parser);
      emission->encoded->setUncompressed(emit.options.isUncompressed);
    }
    return EmissionOrder::Item{std::shared_ptr<const Emission>(std::move(emission))};
  });
  carryOutOrdered();
}

// What other threads have put before it in the common order goes first.
void LocalAdapter::carryOutOrdered() {
  onEach([](LoopSockets& sockets) { sockets.carryOutOrdered(); });
}

void LocalAdapter::carryOut(Command command) {
  auto shared = std::make_shared<const Command>(std::move(command));
  if (!_order) {
    return onEach([shared = std::move(shared)](LoopSockets& sockets) { sockets.carryOut(*shared); });
  }
  _order->add([&](std::uint64_t) { return EmissionOrder::Item{std::move(shared)}; });
  carryOutOrdered();
}

template <typename Question, typename RoundOf>
void LocalAdapter::askEach(Question question, const std::shared_ptr<RoundOf>& round) {
  const auto shared = std::make_shared<const Question>(std::move(question));
  for (Answerer who = 0; who < _loops.size(); ++who) {
    auto& sockets = *_loops[who];
    sockets.loop().execute(
        [shared, round, who, part = LoopPart(who, round), &sockets] { sockets.ask(*shared, who, round); });
  }
}

void LocalAdapter::ask(Ask question, const std::shared_ptr<AckRound>& round) {
  askEach(std::move(question), round);
}

void LocalAdapter::ask(Fetch question, const std::shared_ptr<FetchRound>& round) {
  askEach(std::move(question), round);
}

void LocalAdapter::ask(Count question, const std::shared_ptr<CountRound>& round) {
  askEach(std::move(question), round);
}

void LocalAdapter::ask(Online question, const std::shared_ptr<OnlineRound>& round) {
  askEach(std::move(question), round);
}

void LocalAdapter::ask(Credentials question, const std::shared_ptr<CredentialsRound>& round) {
  askEach(std::move(question), round);
}

}  // namespace chat::gateway
