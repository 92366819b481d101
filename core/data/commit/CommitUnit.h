#pragma once

#include <atomic>
#include <exception>
#include <memory>

#include "base/Clock.h"
#include "data/Database.h"

namespace chat::data {

/// One caller's work on its way through a group commit: shared by its caller, the committing thread and the thread that
/// keeps deadlines. Whoever moves `state` by an exchange may act on it.
struct CommitUnit {
  enum class State {
    Waiting,      ///< in a queue
    Running,      ///< its statements are being executed: a COMMIT isn't sent without `beginCommit`
    Committing,   ///< its COMMIT may have been sent
    Ended,        ///< its entry is being told, or was
    Left,         ///< it was told that nothing was stored, and nothing will be
    LeftInDoubt,  ///< it was told that nobody knows; `committed` follows if it turns out to be stored
  };

  std::shared_ptr<void> owner{};          ///< keeps the code of what follows; destroyed last
  std::shared_ptr<BatchWriter> writer{};  ///< null: `work` is called, and writes this unit alone
  Work work{};
  std::unique_ptr<BatchEntry> entry{};
  base::TimePoint deadline{};  ///< for its end, unless the caller keeps it itself
  std::atomic<State> state{State::Waiting};

  // --- the committing thread's ---
  std::exception_ptr error{};  ///< why it isn't stored
  bool isAside = false;        ///< it wants a transaction of its own

  bool move(State from, State to) noexcept { return state.compare_exchange_strong(from, to); }
  /// Nobody waits for it any more.
  bool hasLeft() const noexcept {
    const auto now = state.load();
    return now == State::Left || now == State::LeftInDoubt;
  }
  /// Gives up waiting. What its caller is told; null if it has ended.
  std::exception_ptr leave();
  /// It has ended, stored if `error` is null: tells its entry. Unless it has left before; then it is told only that it
  /// is stored after all.
  void end();
};

}  // namespace chat::data
