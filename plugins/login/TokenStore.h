#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::login {

/// Who a token stands for.
struct TokenOwner {
  std::uint64_t accountId = 0;
  std::string name;
  support::Millis expires = 0;
};

/// The table `session_token`. Thread: any that may block.
class TokenStore {
 public:
  explicit TokenStore(data::Database& database) : _database(database) {}

  void add(const std::string& tokenHash, std::uint64_t accountId, support::Millis now, support::Millis expires);
  /// Nothing for an unknown token and for one that has expired.
  std::optional<TokenOwner> find(const std::string& tokenHash, support::Millis now);
  void remove(const std::string& tokenHash);
  /// Removes a bounded number of those that have expired. False where there may be more.
  bool removeExpired(support::Millis now);

 private:
  data::Database& _database;
};

}  // namespace chat::login
