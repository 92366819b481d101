// A conversation's messages are a range of an index; a user's messages are spread over the ranges of all conversations,
// which have to be merged. This is done in rounds. A round ends with the user's newest message at its beginning. It
// finds the conversations with missed messages, since a member has the id of the newest one, and the first missed ids
// of each. The next `rows` messages are all in the `rows` conversations with the lowest next ids: only these are read
// further, many ids at a time, and many conversations in one statement. So a conversation with few missed messages
// costs one range, and one with many a range for each thousand.
//
// Memory is limited: a round keeps the conversations with the lowest first ids, and ends before the first message of
// the others.
//
// A message that is committed meanwhile isn't missed, although each statement sees its own moment. For each user ids
// grow in the order of the commits (decision 0006): if the newest message of the round can be seen, so can all with
// lower ids, and what comes later has a higher one and belongs to the next round.
#include "messages/MissedMessages.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "support/MessageRows.h"
#include "support/SqlWords.h"

namespace chat::messages {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::size_t ConversationsPerPage = 1000;
constexpr std::size_t ConversationsPerStatement = 50;
constexpr std::size_t MostIdsAhead = 1000;

using Row = std::pair<std::uint64_t, std::uint64_t>;

/// The rows of a statement with two columns, whose text and parameters are set.
std::vector<Row> readRows(Poco::Data::Statement& select) {
  std::vector<Row> rows;
  Poco::UInt64 first = 0;
  Poco::UInt64 second = 0;
  select, into(first), into(second), range(0, 1);
  while (!select.done() && select.execute() > 0) rows.emplace_back(first, second);
  return rows;
}

}  // namespace

MissedMessages::MissedMessages(data::Database& database, std::uint64_t accountId, std::uint64_t position,
                               const Limits& limits)
    : _database(database),
      _account(accountId),
      _limits(limits),
      _position(std::min(position, newestId())),
      _roundEnd(_position) {}

std::uint64_t MissedMessages::newestId() {
  Poco::UInt64 newest = 0;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 account = _account;
    Poco::Data::Statement select(session);
    select << "SELECT last_message_id FROM account WHERE id = ?", use(account), into(newest);
    select.execute();
  });
  return newest;
}

std::vector<support::ChatMessage> MissedMessages::next(std::size_t rows) {
  for (;;) {
    while (_missed.empty()) {
      if (!beginRound()) return {};
    }
    Ids ids;
    while (ids.size() < rows && !_missed.empty()) {
      readAhead(rows - ids.size());
      take(ids, rows);
    }
    auto messages = read(ids);
    if (!messages.empty()) return messages;  // otherwise they were removed meanwhile
  }
}

/// False if there is nothing to read.
bool MissedMessages::beginRound() {
  const std::uint64_t newest = newestId();
  if (newest <= _position) return false;
  _roundEnd = newest;
  const std::size_t ahead = std::clamp(_limits.ids / _limits.conversations, std::size_t{1}, MostIdsAhead);
  for (std::uint64_t above = _position;;) {
    std::vector<Missed> page = conversationsAbove(above);
    if (page.empty()) break;
    above = page.back().last;
    for (std::size_t i = 0; i < page.size(); i += ConversationsPerStatement) {
      std::vector<Missed*> some;
      for (std::size_t j = i; j < std::min(i + ConversationsPerStatement, page.size()); ++j) {
        page[j].last = std::min(page[j].last, newest);
        some.push_back(&page[j]);
      }
      readIds(some, ahead);
      for (Missed* missed : some) keepLowest(std::move(*missed));
    }
  }
  if (_missed.empty()) _position = _roundEnd;
  return true;
}

/// The next ones, in the order of their newest messages.
std::vector<MissedMessages::Missed> MissedMessages::conversationsAbove(std::uint64_t position) {
  std::vector<Row> rows;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 account = _account;
    Poco::UInt64 above = position;
    Poco::UInt64 limit = ConversationsPerPage;
    Poco::Data::Statement select(session);
    select << "SELECT conversation_id, last_message_id FROM member"
           << support::SqlWords(_database).byIndex("member_newest")
           << " WHERE account_id = ? AND last_message_id > ? ORDER BY last_message_id LIMIT ?",
        use(account), use(above), use(limit);
    rows = readRows(select);
  });
  std::vector<Missed> found;
  for (const auto& [id, last] : rows) found.push_back({id, last, {}});
  return found;
}

// One that got a message while the conversations were listed may come twice.
void MissedMessages::keepLowest(Missed&& missed) {
  if (missed.next.empty() || missed.next.back() > _roundEnd) return;  // removed, or newer than the round
  const std::uint64_t first = missed.next.back();
  _missed.emplace(first, std::move(missed));
  if (_missed.size() <= _limits.conversations) return;
  const auto highest = std::prev(_missed.end());
  _roundEnd = highest->first - 1;
  _missed.erase(highest);
}

/// Sees to it that the first conversation, at least, has either been read to its end or has a message after its next.
void MissedMessages::readAhead(std::size_t rows) {
  std::vector<Missed*> some;
  for (auto& [next, missed] : _missed) {
    if (rows-- == 0 || next > _roundEnd || some.size() == ConversationsPerStatement) break;
    if (missed.next.size() == 1 && !missed.isReadToItsEnd()) some.push_back(&missed);
  }
  if (!some.empty()) readIds(some, std::clamp(_limits.ids / _missed.size(), std::size_t{1}, MostIdsAhead));
}

void MissedMessages::readIds(const std::vector<Missed*>& some, std::size_t atMost) {
  const std::string index = support::SqlWords(_database).byIndex("message_conversation");
  std::string sql;
  for (const Missed* missed : some) {
    const std::uint64_t above = missed->next.empty() ? _position : missed->next.front();
    sql += sql.empty() ? "SELECT * FROM (" : " UNION ALL SELECT * FROM (";
    sql += "SELECT conversation_id, id FROM message" + index +
           " WHERE conversation_id = " + std::to_string(missed->id) + " AND id > " + std::to_string(above) +
           " AND id <= " + std::to_string(missed->last) + " ORDER BY id LIMIT " + std::to_string(atMost) + ") c" +
           std::to_string(missed->id);
  }
  std::vector<Row> rows;
  _database.read([&](Poco::Data::Session& session) {
    Poco::Data::Statement select(session);
    select << sql;
    rows = readRows(select);
  });
  std::sort(rows.begin(), rows.end(), std::greater<>());
  for (Missed* missed : some) {
    const auto of = std::equal_range(rows.begin(), rows.end(), Row{missed->id, 0},
                                     [](const Row& one, const Row& other) { return one.first > other.first; });
    Ids ids;
    for (auto row = of.first; row != of.second; ++row) ids.push_back(row->second);
    const bool isEnd = ids.size() < atMost;
    ids.insert(ids.end(), missed->next.begin(), missed->next.end());
    missed->next = std::move(ids);
    // If its newest message was removed.
    if (isEnd && !missed->next.empty()) missed->last = missed->next.front();
  }
}

/// Ends before a conversation that has to be read further, since what follows isn't known there.
void MissedMessages::take(Ids& ids, std::size_t atMost) {
  while (ids.size() < atMost && !_missed.empty()) {
    Missed& first = _missed.begin()->second;
    const std::uint64_t id = first.next.back();
    if (id > _roundEnd) {
      _missed.clear();
      break;
    }
    if (first.next.size() == 1 && !first.isReadToItsEnd()) break;
    ids.push_back(id);
    auto node = _missed.extract(_missed.begin());
    node.mapped().next.pop_back();
    if (node.mapped().next.empty()) continue;
    node.key() = node.mapped().next.back();
    _missed.insert(std::move(node));
  }
  if (_missed.empty()) _position = _roundEnd;
}

std::vector<support::ChatMessage> MissedMessages::read(const Ids& ids) {
  if (ids.empty()) return {};
  std::string list;
  for (const std::uint64_t id : ids) list += (list.empty() ? "" : ", ") + std::to_string(id);
  std::vector<support::ChatMessage> messages;
  _database.read([&](Poco::Data::Session& session) {
    Poco::Data::Statement select(session);
    select << support::selectMessages(_database) << "message m" << support::MessageJoins << "WHERE m.id IN (" << list
           << ") ORDER BY m.id";
    messages = support::readMessages(select);
  });
  return messages;
}

}  // namespace chat::messages
