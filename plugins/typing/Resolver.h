#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "data/Database.h"
#include "typing/NameCache.h"

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

  Resolver(data::Database& database, Poco::Logger& logger, NameCache& names, Submit submit)
      : _database(database), _logger(logger), _names(names), _submit(std::move(submit)) {}

  /// The account, where its name is known by now. Else it is looked up, in the order in which the names came, and known
  /// once everybody who had asked for it was told: who asks later is not told before them. Nothing is looked up where
  /// too many wait.
  std::optional<std::uint64_t> find(const std::string& name, Found found);

 private:
  struct Question {
    std::string name;
    Found found;
  };
  static constexpr std::size_t MaxWaiting = 256;

  void answerAll();
  /// The account, where there is one.
  std::optional<std::uint64_t> answer(const Question& question);

  data::Database& _database;
  Poco::Logger& _logger;
  NameCache& _names;
  const Submit _submit;
  std::mutex _mutex;
  std::deque<Question> _waiting;
  bool _isRunning = false;
};

}  // namespace chat::typing
