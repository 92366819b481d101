#include "login/TokenStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include <set>

#include "support/SqlWords.h"

namespace chat::login {

using namespace Poco::Data::Keywords;

bool TokenStore::add(const std::string& tokenHash, const Account& account, support::Millis time,
                     support::Millis expires) {
  std::string hash = tokenHash;
  Poco::UInt64 id = account.id;
  Poco::Int64 createdAt = time;
  Poco::Int64 expiresAt = expires;
  bool isAdded = false;
  _database.transaction([&](Poco::Data::Session& session) {
    isAdded = false;
    std::string passwordHash;
    Poco::Nullable<Poco::Int64> disabledAt;
    Poco::Data::Statement select(session);
    select << "SELECT password_hash, disabled_at FROM account WHERE id = ?" << support::SqlWords(_database).rowLock(),
        use(id), into(passwordHash), into(disabledAt);
    if (select.execute() == 0 || !disabledAt.isNull() || passwordHash != account.passwordHash) return;
    session << "UPDATE account SET last_login_at = ? WHERE id = ?", use(createdAt), use(id), now;
    session << "INSERT INTO session_token (token_hash, account_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
        use(hash), use(id), use(createdAt), use(expiresAt), now;
    isAdded = true;
  });
  return isAdded;
}

std::optional<TokenOwner> TokenStore::find(const std::string& tokenHash, support::Millis now) {
  std::optional<TokenOwner> found;
  _database.read([&](Poco::Data::Session& session) {
    TokenOwner owner;
    Poco::UInt64 id = 0;
    Poco::Int64 expires = 0;
    std::string hash = tokenHash;
    Poco::Int64 time = now;
    Poco::Data::Statement select(session);
    select << "SELECT a.id, a.name, t.expires_at FROM session_token t JOIN account a ON a.id = t.account_id"
              " WHERE t.token_hash = ? AND t.expires_at > ? AND a.disabled_at IS NULL",
        use(hash), use(time), into(id), into(owner.name), into(expires);
    found.reset();
    if (select.execute() == 0) return;
    owner.accountId = id;
    owner.expires = expires;
    found = std::move(owner);
  });
  return found;
}

void TokenStore::end(const std::string& tokenHash, const Ending& ending) {
  std::string hash = tokenHash;
  std::string reason(ending.reason);
  Poco::Int64 time = ending.time;
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement remove(session);
    remove << "DELETE FROM session_token WHERE token_hash = ?", use(hash);
    if (remove.execute() == 0) return;
    session << "INSERT INTO ended_token (token_hash, reason, ended_at) VALUES (?, ?, ?)", use(hash), use(reason),
        use(time), now;
  });
}

std::size_t TokenStore::endAll(std::uint64_t accountId, const Ending& ending, const data::Work& change) {
  Poco::UInt64 id = accountId;
  std::string reason(ending.reason);
  Poco::Int64 time = ending.time;
  std::size_t ended = 0;
  _database.transaction([&](Poco::Data::Session& session) {
    // Locked before the tokens, as in add(), so that none is added meanwhile.
    Poco::UInt64 locked = 0;
    session << "SELECT id FROM account WHERE id = ?" << support::SqlWords(_database).rowLock(), use(id), into(locked),
        now;
    if (change) change(session);
    session << "INSERT INTO ended_token (token_hash, reason, ended_at)"
               " SELECT token_hash, ?, ? FROM session_token WHERE account_id = ?",
        use(reason), use(time), use(id), now;
    Poco::Data::Statement remove(session);
    remove << "DELETE FROM session_token WHERE account_id = ?", use(id);
    ended = remove.execute();
  });
  return ended;
}

std::vector<std::string> TokenStore::missing(const std::vector<std::string>& hashes) {
  if (hashes.empty()) return {};
  std::string list;
  for (const std::string& hash : hashes) list += (list.empty() ? "'" : ",'") + hash + "'";  // hex digits
  std::set<std::string> there;
  _database.read([&](Poco::Data::Session& session) {
    there.clear();
    std::string hash;
    Poco::Data::Statement select(session);
    select << "SELECT t.token_hash FROM session_token t JOIN account a ON a.id = t.account_id"
              " WHERE a.disabled_at IS NULL AND t.token_hash IN ("
           << list << ")",
        into(hash), range(0, 1);
    while (!select.done() && select.execute() > 0) there.insert(hash);
  });
  std::vector<std::string> missing;
  for (const std::string& hash : hashes) {
    if (!there.contains(hash)) missing.push_back(hash);
  }
  return missing;
}

bool TokenStore::removeExpired(support::Millis now) {
  constexpr Poco::UInt32 MostAtOnce = 500;
  Poco::Int64 time = now;
  Poco::UInt32 limit = MostAtOnce;
  std::size_t removed = 0;
  const std::string sql =
      support::SqlWords(_database).deleteSome("session_token", "token_hash", "expires_at <= ?", "expires_at");
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement remove(session);
    remove << sql, use(time), use(limit);
    removed = remove.execute();
  });
  return removed < MostAtOnce;
}

}  // namespace chat::login
