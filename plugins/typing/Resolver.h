#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "data/Database.h"

namespace Poco {
class Logger;
}

namespace chat::typing {

/// Finds accounts by their names on the plugin's workers, for handlers that can't wait. One at a time, so that what is
/// said of a user is told in the order in which it was said.
///
/// Thread: any. Outlives its tasks, as the plugin does.
class Resolver {
 public:
  /// Called on a worker, and only where there is such an account.
  using Found = std::function<void(std::uint64_t accountId)>;

  /// As plugin::Context::submit.
  using Submit = std::function<bool(std::function<void()>)>;

  Resolver(data::Database& database, Poco::Logger& logger, Submit submit)
      : _database(database), _logger(logger), _submit(std::move(submit)) {}

  /// Look-ups are made in the order in which they came. False, and nothing is looked up, where too many wait.
  bool find(std::string name, Found found);

 private:
  struct Question {
    std::string name;
    Found found;
  };
  static constexpr std::size_t MaxWaiting = 256;

  void answerAll();
  void answer(const Question& question);

  data::Database& _database;
  Poco::Logger& _logger;
  const Submit _submit;
  std::mutex _mutex;
  std::deque<Question> _waiting;
  bool _isRunning = false;
};

}  // namespace chat::typing
