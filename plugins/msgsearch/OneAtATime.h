#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_set>

#include "plugin/api/AppError.h"

namespace chat::msgsearch {

/// Each user has at most one search at a time, so that one user can't take all threads of the plugin. Thread: any.
class OneAtATime {
 public:
  /// The user's turn, until it is destroyed.
  class Turn {
   public:
    /// Throws AppError 429 if the user has a turn already.
    Turn(OneAtATime& all, std::uint64_t accountId) : _all(all), _accountId(accountId) {
      const std::lock_guard lock(_all._mutex);
      if (!_all._busy.insert(accountId).second) {
        throw plugin::AppError(429, "Another search of yours is still running: try again in a moment", 1);
      }
    }
    ~Turn() {
      const std::lock_guard lock(_all._mutex);
      _all._busy.erase(_accountId);
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    OneAtATime& _all;
    std::uint64_t _accountId;
  };

 private:
  std::mutex _mutex;
  std::unordered_set<std::uint64_t> _busy;
};

}  // namespace chat::msgsearch
