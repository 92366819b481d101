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

/// Finds accounts by their names on the plugin's workers, for handlers that can't wait. One at a time, so that events
/// about a user are sent in their order.
///
/// Thread: any. Outlives its tasks, as the plugin does.
class Resolver {
 public:
  /// Called on a worker, and only if there is such an account.
  using Found = std::function<void(std::uint64_t accountId)>;

  /// As plugin::Context::submit.
  using Submit = std::function<bool(std::function<void()>)>;

  Resolver(data::Database& database, Poco::Logger& logger, NameCache& names, Submit submit)
      : _database(database), _logger(logger), _names(names), _submit(std::move(submit)) {}

  /// The account, if its name is known already. Otherwise it is looked up, in the order of the calls, and becomes known
  /// after all earlier callers got it, so that a later caller doesn't overtake them. Nothing is looked up if too many
  /// calls wait.
  std::optional<std::uint64_t> find(const std::string& name, Found found);

 private:
  struct Question {
    std::string name;
    Found found;
  };
  static constexpr std::size_t MaxWaiting = 256;

  void answerAll();
  /// The account, if there is one.
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
