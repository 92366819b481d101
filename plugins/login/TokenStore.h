#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/Database.h"
#include "login/AccountStore.h"
#include "support/Date.h"

namespace chat::login {

/// The user of a token.
struct TokenOwner {
  std::uint64_t accountId = 0;
  std::string name;
  support::Millis expires = 0;
};

/// The tables `session_token` and, for ended tokens, `ended_token`. Thread: any that may block.
class TokenStore {
 public:
  explicit TokenStore(data::Database& database) : _database(database) {}

  /// Also stores the time of the login. False, and nothing is stored, if the account got another password meanwhile, is
  /// disabled or was removed.
  bool add(const std::string& tokenHash, const Account& account, support::Millis now, support::Millis expires);
  /// Nothing for an unknown or expired token, or one of a disabled account.
  std::optional<TokenOwner> find(const std::string& tokenHash, support::Millis now);
  /// The reason of a token's end, which other servers read, and its time.
  struct Ending {
    std::string_view reason;
    support::Millis time = 0;
  };
  void end(const std::string& tokenHash, const Ending& ending);
  /// Ends all tokens of an account, in one transaction with `change`; returns how many.
  std::size_t endAll(std::uint64_t accountId, const Ending& ending, const data::Work& change);
  /// The hashes whose tokens have ended: removed, or of an account that was removed or disabled. `hashes` are
  /// hashToken() results.
  std::vector<std::string> missing(const std::vector<std::string>& hashes);
  /// Removes a limited number of expired tokens. False if there may be more.
  bool removeExpired(support::Millis now);

 private:
  data::Database& _database;
};

}  // namespace chat::login
