#include "archive/removal/AccountLocks.h"

#include <stdexcept>
#include <string>

#include "archive/Sql.h"
#include "support/AccountName.h"
#include "support/SqlWords.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

namespace {

// The keys consist of letters, digits and `_.-`, so they can stand in a statement as they are.
std::string keysOf(Poco::Data::Session& session, const std::set<std::uint64_t>& ids) {
  std::string keys;
  std::string key;
  Poco::Data::Statement select(session);
  select << "SELECT name_key FROM account WHERE id IN (" << listOf(ids) << ")", into(key), range(0, 1);
  while (!select.done() && select.execute() > 0) {
    if (!support::isAccountName(key)) throw std::runtime_error("an account has an invalid name");
    keys.append(keys.empty() ? "'" : ", '").append(key).append("'");
  }
  return keys;
}

}  // namespace

std::set<std::uint64_t> lockAccounts(const data::Database& database, Poco::Data::Session& session,
                                     const std::set<std::uint64_t>& ids) {
  constexpr int Attempts = 3;
  std::set<std::uint64_t> locked;
  if (ids.empty()) return locked;
  const support::SqlWords sql(database);
  // An erasure may have given one of them another name in between.
  for (int attempt = 0; attempt < Attempts && locked.size() < ids.size(); ++attempt) {
    const std::string keys = keysOf(session, ids);
    if (keys.empty()) return {};
    locked.clear();
    const auto rows =
        numbers<1>(session, "SELECT id FROM account" + sql.lockedInOrderOf("account_name_key") +
                                " WHERE name_key IN (" + keys + ") ORDER BY name_key" + std::string(sql.rowLock()));
    for (const auto& [id] : rows) {
      if (ids.contains(id)) locked.insert(id);
    }
  }
  return locked;
}

}  // namespace chat::archive
