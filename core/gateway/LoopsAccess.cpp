#include "gateway/LoopsAccess.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/AckRound.h"
#include "gateway/Sendable.h"
#include "gateway/Shard.h"
#include "gateway/SocketQueries.h"
#include "gateway/SocketRounds.h"
#include "net/Loop.h"

namespace chat::gateway {
namespace {

/// A loop's part in a round: reports that it is done at its end, even where the loop has ended and drops its task.
template <typename Round>
class LoopPart {
 public:
  explicit LoopPart(std::shared_ptr<Round> round) : _round(std::move(round)) {}
  LoopPart(LoopPart&&) noexcept = default;
  LoopPart& operator=(LoopPart&&) = delete;
  ~LoopPart() {
    if (_round) _round->loopDone();
  }

 private:
  std::shared_ptr<Round> _round;
};

}  // namespace

bool LoopsAccess::isLoop() const noexcept {
  return std::any_of(_shards.begin(), _shards.end(), [](const auto& shard) { return shard->loop().here(); });
}

// On the caller's own loop at once, as with emits, so that the two keep their order.
template <typename Round>
void LoopsAccess::onEach(const std::shared_ptr<Round>& round, const std::function<void(Shard&)>& call) {
  for (const auto& shard : _shards) {
    LoopPart<Round> part(round);
    if (shard->loop().here()) {
      call(*shard);
    } else {
      shard->loop().post([call, part = std::move(part), &shard = *shard] { call(shard); });
    }
  }
}

std::shared_ptr<plugin::Pending> LoopsAccess::ask(const plugin::Target& target, std::string_view event,
                                                  std::string_view args, std::span<const std::string_view> attachments,
                                                  const plugin::AskOptions& options, Asked done) {
  Sendable(_options).requireEvent(event, args, attachments.size());
  auto round = std::make_shared<AckRound>(_shards.size(), _options.ackBytes, std::move(done));
  if (target.kind == plugin::Target::Kind::Socket) round->expect(target.socketId, target.nsp);
  const auto question = std::make_shared<const Question>(
      Question{target,
               std::string(event),
               std::string(args),
               {attachments.begin(), attachments.end()},
               std::clamp<base::Duration>(options.timeout, base::Duration(1), _options.ackTimeout),
               options.isUncompressed});
  onEach(round, [round, question](Shard& shard) { shard.queries().ask(*question, round); });
  return round;
}

std::shared_ptr<plugin::Pending> LoopsAccess::fetch(const plugin::Target& target, Fetched done) {
  auto round = std::make_shared<FetchRound>(_shards.size(), std::move(done));
  onEach(round, [round, target](Shard& shard) { round->add(shard.queries().fetch(target)); });
  return round;
}

std::shared_ptr<plugin::Pending> LoopsAccess::count(const plugin::Target& target, Counted done) {
  auto round = std::make_shared<CountRound>(_shards.size(), std::move(done));
  onEach(round, [round, target](Shard& shard) { round->add(shard.queries().count(target)); });
  return round;
}

void LoopsAccess::setData(const plugin::Target& target, std::string_view key, std::string_view value) {
  for (const auto& shard : _shards) {
    auto set = [target, key = std::string(key), value = std::string(value), &shard = *shard] {
      shard.queries().setData(target, key, value);
    };
    if (shard->loop().here()) {
      set();
    } else {
      shard->loop().post(std::move(set));
    }
  }
}

}  // namespace chat::gateway
