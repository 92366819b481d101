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

/// Whether a user is there, and if not, when they last were.
struct State {
  bool online = false;
  std::optional<support::Millis> seen;
};

/// A user with their state, as it is told.
struct Person {
  std::uint64_t id = 0;
  std::string name;  ///< as registered
  State state;
};

/// Who watches whom, and what those who are watched were last said to be. It asks nobody: `update()` is given who has
/// sockets, and gives who is to be told what.
///
/// A user who is gone counts as there for the grace, so that a reconnect is seen by nobody.
///
/// Thread: any.
class Board {
 public:
  struct Notice {
    std::uint64_t watcherId = 0;
    std::vector<Person> people;
  };

  Board(const base::Clock& clock, base::Duration grace) : _clock(clock), _grace(grace) {}

  /// From now on the socket watches those, and nobody else. `people` come as they are just now; gives what they are
  /// said to be, which for those who are watched already is what everybody was told.
  std::vector<Person> watch(const std::string& socket, std::uint64_t watcherId, std::vector<Person> people);
  void forget(const std::string& socket);

  /// All whose sockets `update()` must know about: the watched and the watchers.
  std::vector<std::uint64_t> ids() const;
  /// `online` goes with `ids`. Gives the news since the last call. A watcher without sockets is forgotten after the
  /// grace. Not twice at the same time.
  std::vector<Notice> update(const std::vector<std::uint64_t>& ids, const std::vector<bool>& online);

  std::size_t watchedCount() const;

 private:
  struct Watched {
    std::string name;
    State state;
    std::optional<base::TimePoint> missingSince;
    support::Millis missingAt = 0;
    std::unordered_map<std::uint64_t, unsigned> watchers;  ///< with how many of their sockets
  };
  struct Watcher {
    std::unordered_map<std::string, std::vector<std::uint64_t>> sockets;
    std::vector<std::uint64_t> news;
    std::uint64_t notBefore = 0;  ///< the update from which on they are told: an answer may be on its way
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
