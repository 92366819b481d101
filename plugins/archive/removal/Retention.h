#pragma once

#include <atomic>
#include <chrono>
#include <optional>

#include "archive/Lease.h"
#include "archive/removal/Erasure.h"
#include "archive/removal/MessageWalk.h"
#include "base/Clock.h"
#include "plugin/api/TimerHandler.h"

namespace chat::archive {

/// Removes messages that are older than the setting, a step at each run, on one of the servers that share a database;
/// and goes on with erasures that were interrupted. After a walk through all messages it rests for an hour.
class Retention final : public plugin::TimerHandler {
 public:
  /// `keep`: how long messages are kept; zero: for ever.
  Retention(data::Database& database, const base::Clock& clock, std::chrono::days keep)
      : _database(database), _clock(clock), _keep(keep), _lease(database), _erasure(database) {}

  void run() override;
  /// Nothing is removed any more.
  void end() noexcept { _isEnded = true; }

 private:
  void step(support::Millis now);

  data::Database& _database;
  const base::Clock& _clock;
  const std::chrono::days _keep;
  Lease _lease;
  Erasure _erasure;
  std::optional<MessageWalk> _walk;
  support::Millis _nextWalk = 0;
  support::Millis _nextLook = 0;
  std::atomic<bool> _isEnded{false};
};

}  // namespace chat::archive
