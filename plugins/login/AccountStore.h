#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::login {

struct Account {
  std::uint64_t id = 0;
  std::string name;  ///< as registered
  std::string passwordHash;
};

/// The table `account`. Thread: any that may block.
class AccountStore {
 public:
  explicit AccountStore(data::Database& database) : _database(database) {}

  /// `key`: support::accountKey() of a name.
  std::optional<Account> find(const std::string& key);
  /// Throws data::DuplicateKey where the name is taken meanwhile.
  Account create(const std::string& name, const std::string& passwordHash, support::Millis now);
  /// Does nothing where the hash is no longer the one that the account was read with.
  void replacePasswordHash(const Account& account, const std::string& newHash);

 private:
  data::Database& _database;
};

}  // namespace chat::login
