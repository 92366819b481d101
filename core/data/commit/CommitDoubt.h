#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>

#include "base/Clock.h"
#include "data/commit/GroupTransaction.h"

namespace chat::data {

/// The commits of all committing threads whose result isn't known, and how long the database is asked about them.
/// Thread: any.
class CommitDoubt final : public DoubtListener {
 public:
  /// The server stops: the database is asked for at most this time, then `isOver`.
  void drain(base::Duration atMost);
  /// The time was over before the database has answered: nothing more may be committed, since it would be emitted
  /// before the commit in doubt.
  bool isOver() const noexcept { return _isOver.load(); }
  /// Whether there is a doubt at this moment, and why there was the last one.
  bool begun() const noexcept { return _open.load() > 0; }
  std::string reason() const;

  void doubtBegan(const std::string& why) override;
  bool mayAskAgain() override;
  void doubtEnded(bool committed) override;

 private:
  bool isTimeUp() const;

  mutable std::mutex _mutex;
  std::condition_variable _ending;
  std::optional<base::TimePoint> _giveUpAt;
  std::string _reason;
  base::TimePoint _since{};  ///< since when there is any
  std::atomic<int> _open{0};
  std::atomic<bool> _isOver{false};
};

}  // namespace chat::data
