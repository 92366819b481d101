#pragma once

#include <cstddef>

#include "plugin/api/ConnectHandler.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/EventHandler.h"
#include "presence/LastSeenStore.h"
#include "presence/WatchList.h"
#include "support/RateLimiter.h"

namespace chat::presence {

/// Event `presence`: the asking socket watches these users from now on. Connecting and leaving set the time at which a
/// user was last online.
class PresenceHandler final : public plugin::EventHandler,
                              public plugin::ConnectHandler,
                              public plugin::DisconnectHandler {
 public:
  struct Settings {
    std::size_t users = 100;  ///< how many users a socket may watch
    base::Duration grace = std::chrono::seconds(5);
    support::RateLimiter::Rate rate{20, 2};
  };

  PresenceHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                  const Settings& settings);

  void handle(const plugin::Request& request, plugin::Reply& reply) override;
  void connect(plugin::Admission& admission) override;
  void disconnected(const plugin::Caller& caller, std::string_view reason) override;

  /// Sends the watchers the changes since the last time. About once a second, not twice at the same time.
  void tell();
  /// Writes the times of the last visits; periodically, and at the end. Throws data::Unavailable.
  void writeLastSeen() { _lastSeen.write(); }

 private:
  void note(const plugin::Caller& caller);

  plugin::Emitter& _emitter;
  const base::Clock& _clock;
  const Settings _settings;
  support::RateLimiter _limiter;
  LastSeenStore _lastSeen;
  WatchList _watchList;
};

}  // namespace chat::presence
