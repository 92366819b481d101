#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "data/Database.h"

namespace chat::support {

/// A user of the table `account`.
struct Account {
  std::uint64_t id = 0;
  std::string name;  ///< as registered
};

/// The account with that name, ignoring case; an invalid name has none and costs no query.
/// Thread: any that may block.
std::optional<Account> findAccount(data::Database& database, std::string_view name);

/// The same, for a name in a document. Throws AppError 404 if there is no such user.
Account requireAccount(data::Database& database, std::string_view name);

/// The account's user id for the emitter.
std::string userOf(std::uint64_t accountId);

}  // namespace chat::support
