#include "login/AccountStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include "support/AccountName.h"
#include "support/InsertId.h"

namespace chat::login {

using namespace Poco::Data::Keywords;

std::optional<Account> AccountStore::find(const std::string& key) {
  std::optional<Account> found;
  _database.read([&](Poco::Data::Session& session) {
    Account account;
    Poco::UInt64 id = 0;
    std::string boundKey = key;
    Poco::Data::Statement select(session);
    select << "SELECT id, name, password_hash FROM account WHERE name_key = ?", use(boundKey), into(id),
        into(account.name), into(account.passwordHash);
    found.reset();
    if (select.execute() == 0) return;
    account.id = id;
    found = std::move(account);
  });
  return found;
}

Account AccountStore::create(const std::string& name, const std::string& passwordHash, support::Millis now) {
  Account account{0, name, passwordHash};
  std::string key = support::accountKey(name);
  Poco::Int64 createdAt = now;
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO account (name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?)", use(account.name),
        use(key), use(account.passwordHash), use(createdAt);
    insert.execute();
    account.id = support::insertId(session, _database.dialect());
  });
  return account;
}

void AccountStore::replacePasswordHash(const Account& account, const std::string& newHash) {
  Poco::UInt64 id = account.id;
  std::string oldHash = account.passwordHash;
  std::string hash = newHash;
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement update(session);
    update << "UPDATE account SET password_hash = ? WHERE id = ? AND password_hash = ?", use(hash), use(id),
        use(oldHash);
    update.execute();
  });
}

}  // namespace chat::login
