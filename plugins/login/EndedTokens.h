#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

#include "base/Clock.h"
#include "login/EndedTokenStore.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/TimerHandler.h"

namespace chat::login {

/// Finds tokens that were ended by a command or on another server, and ends them on this server's sockets.
///
/// Ids may be committed out of order. Missing ids below the newest are asked for again until they have come, or for as
/// long as a transaction may last; at most MaxHoles of them.
///
/// Thread: any that may block. If the database can't be reached, it waits without logging, since /readyz reports it.
class EndedTokens final : public plugin::TimerHandler {
 public:
  static constexpr std::size_t MaxHoles = 1000;
  static constexpr std::chrono::seconds HoleLife{60};

  EndedTokens(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock);

  void run() override;

 private:
  void read();
  void take(const EndedToken& token);
  void removeOld();

  std::mutex _mutex;  // locked while the database is read
  EndedTokenStore _store;
  plugin::Emitter& _emitter;
  const base::Clock& _clock;
  std::optional<std::uint64_t> _last;               // the last id that was read; nothing before the first run
  std::map<std::uint64_t, base::TimePoint> _holes;  // by id, with the time until which it is asked for
  base::TimePoint _nextRemoval;
};

}  // namespace chat::login
