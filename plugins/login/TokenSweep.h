#pragma once

#include <cstdint>
#include <string>

#include "base/Clock.h"
#include "login/EndedTokens.h"
#include "login/TokenStore.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/TimerHandler.h"

namespace chat::login {

/// Checks periodically whether the tokens of sockets are still in the database, a batch in each run; sockets whose
/// token isn't lose their identity. This also ends tokens that were removed with an administrator's own SQL, which
/// isn't recorded anywhere.
///
/// Thread: a worker, one run at a time. Limits: BatchSize tokens a run.
class TokenSweep final : public plugin::TimerHandler {
 public:
  static constexpr std::size_t BatchSize = 500;

  /// `ended` is read before clients are told, since it knows why a token has ended. `interval`: from the beginning of
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
  std::string _after;  // the last token checked in this round; empty between rounds
};

}  // namespace chat::login
