#pragma once

#include <Poco/Logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/run/Generation.h"

namespace chat::plugin {

/// A generation that has been taken out of service and is still there in some way.
struct RetiredPlugin {
  enum class State {
    Finishing,  ///< its last calls run
    Parked,     ///< its calls haven't returned in time: kept until they do, never called again
    Mapped,     ///< nothing runs in it, but the dynamic loader keeps its code
  };
  std::string name;
  std::string version;
  std::uint64_t generation = 0;
  State state = State::Finishing;
  std::uint64_t callsInside = 0;
  std::string heldBy;  ///< what keeps it mapped, as far as the file shows
};

/// The generations that no table names any more, on their way out: each is stopped and unmapped when its last call has
/// returned, without anybody waiting for it. One whose calls outlast `wait` is parked: it may still end, and is
/// looked after all the same.
///
/// Thread: one at a time, on a thread that may block (a plugin's `stop()` runs here).
class Retirement {
 public:
  Retirement(std::chrono::milliseconds wait, Poco::Logger& logger) : _wait(wait), _logger(logger) {}

  /// Nobody enters from now on.
  void add(std::shared_ptr<Generation> plugin);
  /// Ends those whose calls have returned. True where something changed.
  bool poll();
  /// Waits for all of them, `wait` each at most. False where a call of one hasn't returned; that one is kept for as
  /// long as the process lives, since leaking code beats pulling it from under the call.
  bool finish();

  bool isEmpty() const noexcept { return _leaving.empty(); }
  std::size_t parked() const noexcept;
  /// Those that are still there, the mapped ones too.
  std::vector<RetiredPlugin> overview() const;
  /// How many were unmapped, and how many the dynamic loader kept, since the start.
  std::uint64_t unmapped() const noexcept { return _unmapped; }
  std::uint64_t stillMapped() const noexcept { return _stillMapped; }

 private:
  struct Leaving {
    std::shared_ptr<Generation> plugin;
    std::chrono::steady_clock::time_point since;
    bool isParked = false;
  };
  bool retire(const Leaving& leaving, std::chrono::milliseconds wait);

  const std::chrono::milliseconds _wait;
  Poco::Logger& _logger;
  std::vector<Leaving> _leaving;
  std::vector<RetiredPlugin> _kept;  // the last ones that stayed mapped
  std::uint64_t _unmapped = 0;
  std::uint64_t _stillMapped = 0;
};

}  // namespace chat::plugin
