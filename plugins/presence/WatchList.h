#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/Clock.h"
#include "support/Date.h"

namespace chat::presence {

/// Whether a user is online, and if not, when they were last.
struct State {
  bool online = false;
  std::optional<support::Millis> seen;
};

/// A user with their reported state.
struct Person {
  std::uint64_t id = 0;
  std::string name;  ///< as registered
  State state;
};

/// Which sockets watch which users, and the last reported state of these users. It makes no queries: `update()` gets
/// which users have sockets, and returns the changes to send.
///
/// A user without sockets counts as online for the grace period, so that a reconnect isn't seen.
///
/// Thread: any.
class WatchList {
 public:
  struct Notice {
    std::uint64_t watcherId = 0;
    std::vector<Person> people;
  };

  WatchList(const base::Clock& clock, base::Duration grace) : _clock(clock), _grace(grace) {}

  /// From now on the socket watches these users, and no others. `people` have their present state; returns their
  /// reported state, which for users who are watched already is the one that other watchers got.
  std::vector<Person> watch(const std::string& socket, std::uint64_t watcherId, std::vector<Person> people);
  void forget(const std::string& socket);

  /// All users whose sockets `update()` needs: the watched and the watching ones.
  std::vector<std::uint64_t> ids() const;
  /// `online` has an entry for each of `ids`. Returns the changes since the last call. A watcher without sockets is
  /// removed after the grace period. Not to be called twice at the same time.
  std::vector<Notice> update(const std::vector<std::uint64_t>& ids, const std::vector<bool>& online);

  std::size_t watchedCount() const;

 private:
  struct Watched {
    std::string name;
    State state;
    std::optional<base::TimePoint> missingSince;
    support::Millis missingAt = 0;
    std::unordered_map<std::uint64_t, unsigned> watchers;  ///< with the number of their sockets
  };
  struct Watcher {
    std::unordered_map<std::string, std::vector<std::uint64_t>> sockets;
    std::vector<std::uint64_t> news;
    std::uint64_t notBefore = 0;  ///< the first update that is sent to them, since an answer may not have arrived yet
    std::optional<base::TimePoint> missingSince;
  };

  void forgetLocked(const std::string& socket);
  bool change(Watched& watched, bool online, base::TimePoint now);

  const base::Clock& _clock;
  const base::Duration _grace;
  mutable std::mutex _mutex;
  std::uint64_t _updates = 0;
  std::unordered_map<std::string, std::uint64_t> _watcherOf;  ///< by socket
  std::map<std::uint64_t, Watcher> _watchers;
  std::map<std::uint64_t, Watched> _watched;
};

}  // namespace chat::presence
