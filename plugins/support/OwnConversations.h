#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "data/Database.h"

namespace chat::support {

/// The conversations of an account with their newest messages, as SQL: `SELECT id, last_message_id …`, without
/// parameters. Both ends of a pair are ranges of an index, of which no more is read than is asked for. A value, cheap
/// to create for a statement.
class OwnConversations {
 public:
  OwnConversations(const data::Database& database, std::uint64_t accountId) noexcept
      : _database(database), _account(accountId) {}

  /// Those with a newest message above one, in its order.
  std::string oldestFirst(std::uint64_t above, std::uint64_t limit) const;
  /// Those with a newest message below one, the newest first.
  std::string newestFirst(std::uint64_t below, std::uint64_t limit) const;

 private:
  std::string select(const std::string& condition, std::string_view order, std::uint64_t limit) const;

  const data::Database& _database;
  const std::uint64_t _account;
};

}  // namespace chat::support
