#pragma once

#include <cstdint>
#include <string>

#include "base/Clock.h"
#include "login/EndedTokens.h"
#include "login/TokenStore.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/TimerHandler.h"

namespace chat::login {

/// Looks, again and again, whether the tokens that sockets rest on are still in the database, a batch in each run; the
/// sockets of those that aren't lose their identity. So ends too what somebody removes with a statement of his own,
/// which no server is told of.
///
/// Thread: a worker, one run at a time. Limits: BatchSize tokens a run.
class TokenSweep final : public plugin::TimerHandler {
 public:
  static constexpr std::size_t BatchSize = 500;

  /// `ended` is read before anybody is told, since it knows why a token has ended. `interval`: from the beginning of
  /// one round to that of the next, unless it takes longer.
  TokenSweep(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock, EndedTokens& ended,
             base::Duration interval)
      : _tokens(database), _emitter(emitter), _clock(clock), _ended(ended), _interval(interval) {}

  void run() override;

 private:
  TokenStore _tokens;
  plugin::Emitter& _emitter;
  const base::Clock& _clock;
  EndedTokens& _ended;
  const base::Duration _interval;
  base::TimePoint _nextRound{};
  std::string _after;  // the last one looked at in this round; empty between two
};

}  // namespace chat::login
