#include "login/TokenStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

namespace chat::login {

using namespace Poco::Data::Keywords;

void TokenStore::add(const std::string& tokenHash, std::uint64_t accountId, support::Millis now,
                     support::Millis expires) {
  std::string hash = tokenHash;
  Poco::UInt64 id = accountId;
  Poco::Int64 createdAt = now;
  Poco::Int64 expiresAt = expires;
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement insert(session);
    insert << "INSERT INTO session_token (token_hash, account_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
        use(hash), use(id), use(createdAt), use(expiresAt);
    insert.execute();
  });
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
              " WHERE t.token_hash = ? AND t.expires_at > ?",
        use(hash), use(time), into(id), into(owner.name), into(expires);
    found.reset();
    if (select.execute() == 0) return;
    owner.accountId = id;
    owner.expires = expires;
    found = std::move(owner);
  });
  return found;
}

void TokenStore::remove(const std::string& tokenHash) {
  std::string hash = tokenHash;
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement remove(session);
    remove << "DELETE FROM session_token WHERE token_hash = ?", use(hash);
    remove.execute();
  });
}

bool TokenStore::removeExpired(support::Millis now) {
  constexpr Poco::UInt32 MostAtOnce = 500;
  Poco::Int64 time = now;
  Poco::UInt32 limit = MostAtOnce;
  std::size_t removed = 0;
  // Each in the way that reads the expired rows alone: SQLite as Debian builds it has no DELETE … LIMIT, and MariaDB
  // goes through, and locks, the whole table where a DELETE has a subquery.
  const char* const sql = _database.dialect() == data::Dialect::MySql
                              ? "DELETE FROM session_token WHERE expires_at <= ? ORDER BY expires_at LIMIT ?"
                              : "DELETE FROM session_token WHERE token_hash IN"
                                " (SELECT token_hash FROM session_token WHERE expires_at <= ? LIMIT ?)";
  _database.transaction([&](Poco::Data::Session& session) {
    Poco::Data::Statement remove(session);
    remove << sql, use(time), use(limit);
    removed = remove.execute();
  });
  return removed < MostAtOnce;
}

}  // namespace chat::login
