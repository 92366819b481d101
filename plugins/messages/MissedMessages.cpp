// A conversation's messages are a range of an index; a user's messages are spread over the ranges of all conversations,
// which have to be merged. This is done in rounds. A round ends with the newest message of all at its beginning. It
// finds the conversations with missed messages, which are ranges of an index, and the first missed ids of each. The
// next `rows` messages are all in the `rows` conversations with the lowest next ids: only these are read further. One
// statement reads the ids of many conversations, in the order of the index, and ends after some thousand. So few
// messages in each of many conversations cost few statements, and so do many messages in one.
//
// Memory is limited: a round keeps the conversations with the lowest first ids, and ends before the first message of
// the others.
//
// A message that is committed meanwhile isn't missed, although each statement sees its own moment. Ids grow in the
// order of the commits (decision 0026): if the newest message of the round can be seen, so can all with lower ids, and
// what comes later has a higher one and belongs to the next round.
#include "messages/MissedMessages.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "support/MessageOrder.h"
#include "support/MessageRows.h"
#include "support/OwnConversations.h"
#include "support/SqlWords.h"

namespace chat::messages {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::size_t ConversationsPerStatement = 250;
constexpr std::size_t IdsPerStatement = 4000;

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
      _position(std::min(position, support::MessageOrder::read(database).newest)),
      _roundEnd(_position) {}

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
  const std::uint64_t newest = support::MessageOrder::read(_database).newest;
  if (newest <= _position) return false;
  _roundEnd = newest;
  for (std::uint64_t above = _position;;) {
    std::vector<Row> rows;
    _database.read([&](Poco::Data::Session& session) {
      Poco::Data::Statement select(session);
      select << support::OwnConversations(_database, _account).oldestFirst(above, ConversationsPerStatement);
      rows = readRows(select);
    });
    if (rows.empty()) break;
    above = rows.back().second;
    std::vector<Missed> some;
    for (const auto& [id, last] : rows) some.push_back({id, {}, false});
    addSome(some);
  }
  if (_missed.empty()) _position = _roundEnd;
  return true;
}

void MissedMessages::addSome(std::vector<Missed>& some) {
  std::vector<Missed*> unread;
  for (Missed& missed : some) unread.push_back(&missed);
  while (!unread.empty()) readIds(unread, std::max(_limits.ids / _limits.conversations, std::size_t{1}));
  for (Missed& missed : some) keepLowest(std::move(missed));
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

/// Afterwards the message that follows is known of at least the first conversation.
void MissedMessages::readAhead(std::size_t rows) {
  const std::size_t atMostEach = std::max(_limits.ids / _missed.size(), std::size_t{1});
  const auto isUnread = [](const Missed& missed) { return missed.next.size() == 1 && !missed.isWhole; };
  std::vector<Missed*> some;
  for (auto& [next, missed] : _missed) {
    if (rows-- == 0 || next > _roundEnd || some.size() == ConversationsPerStatement) break;
    if (isUnread(missed)) some.push_back(&missed);
  }
  if (!some.empty()) readIds(some, atMostEach);
  Missed& first = _missed.begin()->second;
  if (!isUnread(first)) return;
  some = {&first};
  readIds(some, atMostEach);
}

/// Adds to `next`, and removes those from `some` that were read: as many as one statement may have ids for, in the
/// order of the conversations' ids, but at least one.
void MissedMessages::readIds(std::vector<Missed*>& some, std::size_t atMostEach) {
  std::sort(some.begin(), some.end(), [](const Missed* one, const Missed* other) { return one->id < other->id; });
  std::string list;
  for (const Missed* missed : some) list += (list.empty() ? "" : ", ") + std::to_string(missed->id);
  // One more, since the message that is known already comes again.
  const std::size_t limit = std::min(some.size() * (atMostEach + 1), IdsPerStatement);
  std::vector<Row> rows;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 above = _position;
    Poco::UInt64 end = _roundEnd;
    Poco::UInt64 boundLimit = limit;
    Poco::Data::Statement select(session);
    select << "SELECT conversation_id, id FROM message" << support::SqlWords(_database).byIndex("message_conversation")
           << " WHERE conversation_id IN (" << list << ") AND id > ? AND id <= ? ORDER BY conversation_id, id LIMIT ?",
        use(above), use(end), use(boundLimit);
    rows = readRows(select);
  });
  const bool isAll = rows.size() < limit;
  auto row = rows.begin();
  std::erase_if(some, [&](Missed* missed) {
    if (!isAll && missed->id > rows.back().first) return false;  // not reached
    const std::uint64_t known = missed->next.empty() ? _position : missed->next.front();
    Ids found;
    for (; row != rows.end() && row->first == missed->id; ++row) {
      if (row->second > known) found.push_back(row->second);
    }
    missed->isWhole = (isAll || missed->id < rows.back().first) && found.size() <= atMostEach;
    if (found.size() > atMostEach) found.resize(atMostEach);
    std::reverse(found.begin(), found.end());
    missed->next.insert(missed->next.begin(), found.begin(), found.end());
    return true;
  });
}

/// Ends before a conversation that has to be read further, since what follows isn't known there.
void MissedMessages::take(Ids& ids, std::size_t atMost) {
  while (ids.size() < atMost && !_missed.empty()) {
    const Missed& first = _missed.begin()->second;
    const std::uint64_t id = first.next.back();
    if (id > _roundEnd) {
      _missed.clear();
      break;
    }
    if (first.next.size() == 1 && !first.isWhole) break;
    ids.push_back(id);
    _position = id;
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
