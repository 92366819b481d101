#pragma once

#include <Poco/Logger.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/run/Generation.h"

namespace chat::plugin {

/// A generation that no longer serves and is still in memory.
struct RetiredPlugin {
  enum class State {
    Finishing,  ///< its last calls are still running
    Parked,     ///< its last calls haven't returned in time; it is kept until they do, and never called again
    Mapped,     ///< none of its code runs any more, but the dynamic loader keeps it mapped
  };
  std::string name;
  std::string version;
  std::uint64_t generation = 0;
  State state = State::Finishing;
  std::uint64_t callsInside = 0;
  std::string heldBy;  ///< what keeps it mapped, as far as the file shows
};

/// The generations that are in no handler table any more. Each is stopped and unmapped once its last call has returned;
/// nobody waits for that. A generation whose calls outlast `wait` is parked: it is reported as such, and still unmapped
/// if they return.
///
/// Thread: one at a time, on a thread that may block (a plugin's `stop()` runs here).
class Retirement {
 public:
  Retirement(std::chrono::milliseconds wait, Poco::Logger& logger) : _wait(wait), _logger(logger) {}

  /// From now on no call enters `plugin`.
  void add(std::shared_ptr<Generation> plugin);
  /// Stops and unmaps those whose calls have returned. True if anything changed.
  bool poll();
  /// Waits for all of them, at most `wait` for each. False if calls of any haven't returned: then that generation is
  /// leaked, since its code must not be unmapped under a running call.
  bool finish();

  bool isEmpty() const noexcept { return _leaving.empty(); }
  std::size_t parked() const noexcept;
  /// All that are still in memory, with those that only the dynamic loader keeps.
  std::vector<RetiredPlugin> overview() const;
  /// Since the start of the server: how many were unmapped, and how many the dynamic loader kept.
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
  std::vector<RetiredPlugin> _kept;  // the latest ones that stayed mapped
  std::uint64_t _unmapped = 0;
  std::uint64_t _stillMapped = 0;
};

}  // namespace chat::plugin
