#include "login/AccountStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include "support/AccountName.h"
#include "support/ImportedPassword.h"
#include "support/SqlWords.h"

namespace chat::login {

using namespace Poco::Data::Keywords;

std::optional<Account> AccountStore::find(const std::string& key) {
  std::optional<Account> found;
  _database.read([&](Poco::Data::Session& session) {
    Account account;
    Poco::UInt64 id = 0;
    Poco::Nullable<Poco::Int64> disabledAt;
    std::string boundKey = key;
    Poco::Data::Statement select(session);
    select << "SELECT id, name, password_hash, disabled_at FROM account WHERE name_key = ?", use(boundKey), into(id),
        into(account.name), into(account.passwordHash), into(disabledAt);
    found.reset();
    if (select.execute() == 0) return;
    account.id = id;
    account.isDisabled = !disabledAt.isNull();
    found = std::move(account);
  });
  return found;
}

Account AccountStore::create(const std::string& name, const std::string& passwordHash, support::Millis now) {
  Account account{0, name, passwordHash, false};
  std::string key = support::accountKey(name);
  Poco::Int64 createdAt = now;
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO account (name, name_key, password_hash, created_at) VALUES (?, ?, ?, ?)", use(account.name),
        use(key), use(account.passwordHash), use(createdAt);
    insert.execute();
    account.id = support::SqlWords(_database).insertId(session);
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

bool AccountStore::hasImportedPasswords() {
  constexpr Poco::UInt32 AtOnce = 10'000;
  std::string pattern = std::string(support::ImportedPassword::Prefix) + "%";
  for (Poco::UInt64 after = 0;;) {
    Poco::UInt64 rows = 0;
    Poco::UInt64 imported = 0;
    Poco::UInt64 last = 0;
    Poco::UInt32 limit = AtOnce;
    _database.read([&](Poco::Data::Session& session) {
      Poco::Data::Statement select(session);
      select << "SELECT COUNT(*), COUNT(CASE WHEN password_hash LIKE ? THEN 1 END), COALESCE(MAX(id), 0) FROM"
                " (SELECT id, password_hash FROM account WHERE id > ? ORDER BY id LIMIT ?) some",
          use(pattern), use(after), use(limit), into(rows), into(imported), into(last);
      select.execute();
    });
    if (imported > 0) return true;
    if (rows < AtOnce) return false;
    after = last;
  }
}

void AccountStore::enable(std::uint64_t id) {
  Poco::UInt64 account = id;
  _database.transaction([&](Poco::Data::Session& session) {
    session << "UPDATE account SET disabled_at = NULL WHERE id = ?", use(account), now;
  });
}

std::vector<ListedAccount> AccountStore::list(const std::string& afterKey, std::size_t most) {
  std::vector<ListedAccount> found;
  std::string after = afterKey;
  Poco::UInt32 limit = static_cast<Poco::UInt32>(most);
  _database.read([&](Poco::Data::Session& session) {
    found.clear();
    std::string name;
    Poco::Int64 createdAt = 0;
    Poco::Nullable<Poco::Int64> disabledAt;
    Poco::Nullable<Poco::Int64> lastLoginAt;
    Poco::Data::Statement select(session);
    select << "SELECT name, disabled_at, created_at, last_login_at FROM account WHERE name_key > ?"
              " ORDER BY name_key LIMIT ?",
        use(after), use(limit), into(name), into(disabledAt), into(createdAt), into(lastLoginAt), range(0, 1);
    while (!select.done() && select.execute() > 0) {
      ListedAccount& account = found.emplace_back(ListedAccount{name, !disabledAt.isNull(), createdAt, std::nullopt});
      if (!lastLoginAt.isNull()) account.lastLoginAt = lastLoginAt.value();
    }
  });
  return found;
}

void AccountStore::setDisabled(Poco::Data::Session& session, std::uint64_t id, support::Millis time) {
  Poco::UInt64 account = id;
  Poco::Int64 disabledAt = time;
  session << "UPDATE account SET disabled_at = ? WHERE id = ?", use(disabledAt), use(account), now;
}

void AccountStore::setPasswordHash(Poco::Data::Session& session, std::uint64_t id, const std::string& newHash) {
  Poco::UInt64 account = id;
  std::string hash = newHash;
  session << "UPDATE account SET password_hash = ? WHERE id = ?", use(hash), use(account), now;
}

}  // namespace chat::login
