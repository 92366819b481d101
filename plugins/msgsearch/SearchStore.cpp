#include "msgsearch/SearchStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <limits>

#include "support/MessageRows.h"
#include "support/Pair.h"
#include "support/SqlWords.h"

namespace chat::msgsearch {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::uint64_t AboveAll = std::numeric_limits<Poco::Int64>::max();

}  // namespace

std::uint64_t SearchStore::conversationOf(std::uint64_t oneId, std::uint64_t otherId) {
  std::uint64_t id = 0;
  _database.read(
      [&](Poco::Data::Session& session) { id = support::findConversation(session, support::Pair(oneId, otherId)); });
  return id;
}

std::uint64_t SearchStore::count(const Criteria& criteria) {
  Poco::UInt64 count = 0;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 conversation = criteria.conversationId;
    std::string query = criteria.foldedQuery;
    Poco::Data::Statement select(session);
    if (query.empty()) {
      select << "SELECT message_count FROM conversation WHERE id = ?", use(conversation), into(count);
    } else {
      select << "SELECT COUNT(*) FROM message" << where(criteria), use(conversation), use(query), into(count);
    }
    select.execute();
  });
  return count;
}

SearchStore::Page SearchStore::page(const Criteria& criteria, std::uint64_t skipped, std::uint64_t rows) {
  return select(criteria, AboveAll, skipped, rows);
}

SearchStore::Page SearchStore::pageBefore(const Criteria& criteria, std::uint64_t before, std::uint64_t rows) {
  return select(criteria, std::min(before, AboveAll), 0, rows);
}

SearchStore::Page SearchStore::select(const Criteria& criteria, std::uint64_t before, std::uint64_t skipped,
                                      std::uint64_t rows) {
  Page page;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 conversation = criteria.conversationId;
    std::string query = criteria.foldedQuery;
    Poco::UInt64 below = before;
    Poco::UInt64 limit = rows + 1;  // one more shows whether there is a next page
    Poco::UInt64 offset = skipped;
    Poco::Data::Statement select(session);
    // Skipped messages are skipped in the index; only the page's own rows are read.
    select << support::selectMessages(_database) << "(SELECT id FROM message" << where(criteria)
           << " AND id < ? ORDER BY id DESC LIMIT ? OFFSET ?) page JOIN message m ON m.id = page.id"
           << support::MessageJoins << "ORDER BY m.id DESC",
        use(conversation);
    if (!query.empty()) select, use(query);
    select, use(below), use(limit), use(offset);
    page.messages = support::readMessages(select);
  });
  page.isLast = page.messages.size() <= rows;
  if (!page.isLast) page.messages.pop_back();
  return page;
}

// Parameters: conversation_id and, if there is a query, the query. INSTR with a binary collation rather than LIKE: it
// has no special characters, and distinguishes all emoji.
std::string SearchStore::where(const Criteria& criteria) const {
  std::string sql = support::SqlWords(_database).byIndex("message_conversation");
  sql += " WHERE conversation_id = ?";
  if (!criteria.foldedQuery.empty()) sql += " AND INSTR(COALESCE(body_folded, body), ?) > 0";
  return sql;
}

}  // namespace chat::msgsearch
