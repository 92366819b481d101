#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "base/Clock.h"
#include "base/Ids.h"

namespace chat::gateway {

class Directory;

/// One question to all loops: which of these users are there. Shared by who asks and the loops. Thread: any.
class OnlineRound : public std::enable_shared_from_this<OnlineRound> {
 public:
  explicit OnlineRound(std::vector<base::UserId> users);

  /// A loop's part: counts as done when it is destroyed, also where the loop has ended and drops its task.
  class Part {
   public:
    explicit Part(std::shared_ptr<OnlineRound> round) : _round(std::move(round)) {}
    Part(Part&&) noexcept = default;
    Part& operator=(Part&&) = delete;
    ~Part();
    /// Thread: the loop's.
    void look(const Directory& directory, const base::Clock& clock);

   private:
    std::shared_ptr<OnlineRound> _round;
  };
  Part part();

  /// Throws AppError 503 where a part isn't done in time.
  std::vector<bool> wait();

 private:
  void done();

  const std::vector<base::UserId> _users;
  std::mutex _mutex;  // held for moments only
  std::condition_variable _allDone;
  std::size_t _open = 0;
  std::vector<bool> _online;
};

}  // namespace chat::gateway
