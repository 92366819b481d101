#include "login/EndedTokenStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include "support/SqlWords.h"

namespace chat::login {

using namespace Poco::Data::Keywords;

namespace {

void fetch(Poco::Data::Statement& select, std::vector<EndedToken>& found) {
  Poco::UInt64 id = 0;
  EndedToken token;
  select, into(id), into(token.hash), into(token.reason), range(0, 1);
  while (!select.done() && select.execute() > 0) {
    token.id = id;
    found.push_back(token);
  }
}

}  // namespace

std::uint64_t EndedTokenStore::lastId() {
  Poco::UInt64 id = 0;
  _database.read(
      [&](Poco::Data::Session& session) { session << "SELECT COALESCE(MAX(id), 0) FROM ended_token", into(id), now; });
  return id;
}

std::vector<EndedToken> EndedTokenStore::after(std::uint64_t id, std::size_t most) {
  std::vector<EndedToken> found;
  Poco::UInt64 from = id;
  Poco::UInt32 limit = static_cast<Poco::UInt32>(most);
  _database.read([&](Poco::Data::Session& session) {
    found.clear();
    Poco::Data::Statement select(session);
    select << "SELECT id, token_hash, reason FROM ended_token WHERE id > ? ORDER BY id LIMIT ?", use(from), use(limit);
    fetch(select, found);
  });
  return found;
}

std::vector<EndedToken> EndedTokenStore::among(std::span<const std::uint64_t> ids) {
  std::vector<EndedToken> found;
  if (ids.empty()) return found;
  std::string list;
  for (const std::uint64_t id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
  _database.read([&](Poco::Data::Session& session) {
    found.clear();
    Poco::Data::Statement select(session);
    select << "SELECT id, token_hash, reason FROM ended_token WHERE id IN (" << list << ")";
    fetch(select, found);
  });
  return found;
}

void EndedTokenStore::removeBefore(support::Millis time) {
  Poco::Int64 before = time;
  Poco::UInt32 most = 500;
  const std::string sql = support::SqlWords(_database).deleteSome("ended_token", "id", "ended_at < ?", "ended_at");
  _database.transaction([&](Poco::Data::Session& session) { session << sql, use(before), use(most), now; });
}

}  // namespace chat::login
