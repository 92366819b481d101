#include "archive/removal/ConversationLocks.h"

#include <string>

#include "archive/Sql.h"
#include "support/SqlWords.h"

namespace chat::archive {

std::map<std::uint64_t, support::Pair> lockConversations(const data::Database& database, Poco::Data::Session& session,
                                                         const std::set<std::uint64_t>& ids) {
  std::map<std::uint64_t, support::Pair> locked;
  if (ids.empty()) return locked;
  const support::SqlWords sql(database);
  const auto rows =
      numbers<3>(session, "SELECT id, lo_id, hi_id FROM conversation" + sql.lockedInOrderOf("PRIMARY") +
                              " WHERE id IN (" + listOf(ids) + ") ORDER BY id" + std::string(sql.rowLock()));
  for (const auto& [id, lo, hi] : rows) locked.emplace(id, support::Pair(lo, hi));
  return locked;
}

}  // namespace chat::archive
