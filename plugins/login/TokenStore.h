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

/// Who a token stands for.
struct TokenOwner {
  std::uint64_t accountId = 0;
  std::string name;
  support::Millis expires = 0;
};

/// The tables `session_token` and, for those that were ended, `ended_token`. Thread: any that may block.
class TokenStore {
 public:
  explicit TokenStore(data::Database& database) : _database(database) {}

  /// Notes the login too. False, and nothing is stored, where the account has another password meanwhile, is disabled
  /// or gone.
  bool add(const std::string& tokenHash, const Account& account, support::Millis now, support::Millis expires);
  /// Nothing for an unknown token, for one that has expired, and for one of a disabled account.
  std::optional<TokenOwner> find(const std::string& tokenHash, support::Millis now);
  /// Why a token ends, as other servers are told, and when.
  struct Ending {
    std::string_view reason;
    support::Millis time = 0;
  };
  void end(const std::string& tokenHash, const Ending& ending);
  /// Ends all of an account's tokens, in one transaction with what `change` does to the account; says how many.
  std::size_t endAll(std::uint64_t accountId, const Ending& ending, const data::Work& change);
  /// Those that hold no more: gone, or of an account that is gone or disabled. `hashes` as hashToken() gives them.
  std::vector<std::string> missing(const std::vector<std::string>& hashes);
  /// Removes a bounded number of those that have expired. False where there may be more.
  bool removeExpired(support::Millis now);

 private:
  data::Database& _database;
};

}  // namespace chat::login
