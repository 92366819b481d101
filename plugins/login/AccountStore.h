#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::login {

struct Account {
  std::uint64_t id = 0;
  std::string name;  ///< as registered
  std::string passwordHash;
  bool isDisabled = false;
};

/// An account as listed for operators.
struct ListedAccount {
  std::string name;
  bool isDisabled = false;
  support::Millis createdAt = 0;
  std::optional<support::Millis> lastLoginAt;  ///< nothing if unknown
};

/// The table `account`. Thread: any that may block.
class AccountStore {
 public:
  explicit AccountStore(data::Database& database) : _database(database) {}

  /// `key`: support::accountKey() of a name.
  std::optional<Account> find(const std::string& key);
  /// Throws data::DuplicateKey if the name was taken meanwhile.
  Account create(const std::string& name, const std::string& passwordHash, support::Millis now);
  /// Does nothing if the hash was changed since the account was read.
  void replacePasswordHash(const Account& account, const std::string& newHash);
  /// Whether an account still has a password of another server (support::ImportedPassword). Reads all accounts.
  bool hasImportedPasswords();
  void enable(std::uint64_t id);
  /// The accounts after that key, by name, at most `most`.
  std::vector<ListedAccount> list(const std::string& afterKey, std::size_t most);

  // To be called in the transaction that ends the account's tokens (TokenStore::endAll).
  static void setDisabled(Poco::Data::Session& session, std::uint64_t id, support::Millis now);
  static void setPasswordHash(Poco::Data::Session& session, std::uint64_t id, const std::string& hash);

 private:
  data::Database& _database;
};

}  // namespace chat::login
