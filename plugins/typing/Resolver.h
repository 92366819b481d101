#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "data/Database.h"

namespace Poco {
class Logger;
}

namespace chat::typing {

/// Finds accounts by their names on a thread of its own, for handlers that can't wait.
///
/// Thread: any. Ends (destructor) after the look-up that is under way; what waits is dropped.
class Resolver {
 public:
  /// Called on the resolver's thread, and only where there is such an account.
  using Found = std::function<void(std::uint64_t accountId)>;

  Resolver(data::Database& database, Poco::Logger& logger);
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  /// Look-ups are made in the order in which they came. False, and nothing is looked up, where too many wait.
  bool find(std::string name, Found found);

 private:
  struct Question {
    std::string name;
    Found found;
  };
  static constexpr std::size_t MaxWaiting = 256;

  void run() noexcept;
  void answer(const Question& question) noexcept;

  data::Database& _database;
  Poco::Logger& _logger;
  std::mutex _mutex;
  std::condition_variable _arrived;
  std::deque<Question> _waiting;
  bool _closing = false;
  std::thread _thread;
};

}  // namespace chat::typing
