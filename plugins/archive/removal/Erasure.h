#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "archive/removal/MessageWalk.h"
#include "data/Database.h"
#include "support/Date.h"

namespace chat::archive {

/// Erases accounts with all that they wrote. It begins with one transaction: from then on nobody can log in, the tokens
/// are ended, and the name is free. The rest are steps of bounded size, which may be interrupted: the table `erasure`
/// has what isn't finished, and any server with this plugin goes on with it (Retention), as does the command.
///
/// Others keep their own messages to the account; as long as there are some, its row stays with a name that says
/// nothing (support::erasedName). Thread: any that may block.
class Erasure {
 public:
  explicit Erasure(data::Database& database) : _database(database) {}

  struct Begun {
    std::uint64_t accountId = 0;
    std::size_t tokensEnded = 0;
  };
  /// Nothing if there is neither an account of that name nor an unfinished erasure of one. `key`: support::accountKey.
  std::optional<Begun> begin(const std::string& key, support::Millis now);
  /// An unfinished one that was begun before that time.
  std::optional<std::uint64_t> pending(support::Millis begunBefore);

  struct Step {
    std::size_t removed = 0;
    bool isLast = false;
  };
  /// A step of an erasure that has begun.
  Step goOn(std::uint64_t accountId);

 private:
  std::optional<std::uint64_t> nextConversation(std::uint64_t accountId);
  bool removeTraces(std::uint64_t accountId);
  void finish(std::uint64_t accountId);

  data::Database& _database;
  std::uint64_t _account = 0;       ///< the one of the last step
  std::uint64_t _conversation = 0;  ///< where it was
  std::optional<MessageWalk> _walk;
};

}  // namespace chat::archive
