#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "data/Database.h"

namespace chat::support {

/// A user as the table `account` has it.
struct Account {
  std::uint64_t id = 0;
  std::string name;  ///< as registered
};

/// The account of that name, in any case of letters; what can't be a name is nobody's and costs no query.
/// Thread: any that may block.
std::optional<Account> findAccount(data::Database& database, std::string_view name);

/// The same, for a name that a document gives. Throws AppError 404 where there is no such user.
Account requireAccount(data::Database& database, std::string_view name);

/// How the emitter knows an account's user.
std::string userOf(std::uint64_t accountId);

}  // namespace chat::support
