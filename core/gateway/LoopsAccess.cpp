#include "gateway/LoopsAccess.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <string>
#include <utility>

#include "gateway/Sendable.h"
#include "gateway/Shard.h"
#include "gateway/SocketQueries.h"
#include "gateway/asking/AckRound.h"
#include "gateway/asking/SocketRounds.h"
#include "net/Loop.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

constexpr std::chrono::seconds Patience{2};

/// A loop's part in a round: the loop has finished at the end of its task, also where it has ended and drops the task.
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

bool LoopsAccess::isLoop() const noexcept {
  return std::any_of(_shards.begin(), _shards.end(), [](const auto& shard) { return shard->loop().here(); });
}

// On the caller's own loop at once, as with emits, so that the two keep their order.
void LoopsAccess::onEach(const std::shared_ptr<Round>& round, const std::function<void(Answerer, Shard&)>& call) {
  for (Answerer loop = 0; loop < _shards.size(); ++loop) {
    auto& shard = *_shards[loop];
    LoopPart part(loop, round);
    if (shard.loop().here()) {
      call(loop, shard);
    } else {
      shard.loop().post([call, part = std::move(part), loop, &shard] { call(loop, shard); });
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
  onEach(round, [round, question](Answerer loop, Shard& shard) { shard.queries().ask(*question, loop, round); });
  return round;
}

std::shared_ptr<plugin::Pending> LoopsAccess::fetch(const plugin::Target& target, Fetched done) {
  auto round = std::make_shared<FetchRound>(_shards.size(), std::move(done));
  onEach(round, [round, target](Answerer loop, Shard& shard) { round->add(loop, shard.queries().fetch(target)); });
  return round;
}

std::shared_ptr<plugin::Pending> LoopsAccess::count(const plugin::Target& target, Counted done) {
  auto round = std::make_shared<CountRound>(_shards.size(), std::move(done));
  onEach(round, [round, target](Answerer loop, Shard& shard) { round->add(loop, shard.queries().count(target)); });
  return round;
}

void LoopsAccess::refuseOnLoops(const char* what) const {
  if (isLoop()) throw std::logic_error(std::string(what) + " waits for the loops: not on one of them");
}

void LoopsAccess::wait(WaitedRound& round) const {
  if (!round.wait(Patience)) throw plugin::AppError(503, "Not every loop has answered in time");
}

std::vector<bool> LoopsAccess::areOnline(std::span<const base::UserId> users) {
  if (users.empty()) return {};
  refuseOnLoops("areOnline()");
  const auto asked = std::make_shared<const std::vector<base::UserId>>(users.begin(), users.end());
  const auto round = std::make_shared<OnlineRound>(_shards.size(), asked->size());
  onEach(round, [round, asked](Answerer loop, Shard& shard) { round->add(loop, shard.queries().online(*asked)); });
  wait(*round);
  return round->online();
}

std::vector<std::string> LoopsAccess::credentials(std::string_view after, std::size_t most) {
  refuseOnLoops("credentials()");
  const auto round = std::make_shared<CredentialsRound>(_shards.size());
  onEach(round, [round, after = std::string(after), most](Answerer loop, Shard& shard) {
    round->add(loop, shard.directory().credentials(after, most));
  });
  wait(*round);
  return round->first(most);
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
