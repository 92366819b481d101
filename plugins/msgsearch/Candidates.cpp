#include "msgsearch/Candidates.h"

#include <Poco/Data/Session.h>

#include <algorithm>

#include "support/MessageOrder.h"
#include "support/MessageRows.h"
#include "support/OwnConversations.h"
#include "support/SearchIndex.h"
#include "support/SearchTokens.h"
#include "support/SqlWords.h"

namespace chat::msgsearch {

using namespace Poco::Data::Keywords;
using support::SearchTokens;

namespace {

// More of them would make a statement slower, not its result smaller.
constexpr std::size_t MaxTokens = 12;
constexpr std::size_t MaxPieces = 4;
// A text of one letter only, often repeated, is compared again at each place.
constexpr std::size_t MaxPieceBytes = 32;
constexpr std::string_view Text = "COALESCE(m.body_folded, m.body)";
// How many ids a step over all of a user's conversations spans at first; then so many that it has enough messages.
constexpr std::uint64_t FirstIds = 8'000;
constexpr std::uint64_t MostIds = 1'000'000'000'000;

std::string beginningOf(std::string piece) {
  if (piece.size() <= MaxPieceBytes) return piece;
  std::size_t end = MaxPieceBytes;
  while ((static_cast<unsigned char>(piece[end]) & 0xC0) == 0x80) --end;  // not within a character
  piece.resize(end);
  return piece;
}

/// At most `count`, taken evenly over the whole.
void thin(std::vector<std::string>& tokens, std::size_t count) {
  if (tokens.size() <= count) return;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < count; ++i) kept.push_back(std::move(tokens[i * tokens.size() / count]));
  tokens = std::move(kept);
}

std::vector<std::string> tokensOf(const Query& query) {
  std::vector<std::string> tokens;
  for (const support::SearchTerm& term : query.terms) {
    for (std::string& token : SearchTokens::ofTerm(term.folded())) tokens.push_back(std::move(token));
  }
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  thin(tokens, MaxTokens);
  return tokens;
}

std::vector<std::string> longestPieces(const Query& query) {
  std::vector<std::string> pieces;
  for (const support::SearchTerm& term : query.terms) {
    for (std::string& piece : term.pieces()) pieces.push_back(beginningOf(std::move(piece)));
  }
  std::stable_sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  if (pieces.size() > MaxPieces) pieces.resize(MaxPieces);
  return pieces;
}

}  // namespace

Candidates::Candidates(data::Database& database, const Search& search, std::uint64_t mostConversations)
    : _database(database),
      _search(search),
      _pieces(longestPieces(search.query)),
      _mostConversations(mostConversations),
      _idsInStep(FirstIds) {
  std::vector<std::string> tokens = tokensOf(search.query);
  // A term that is too short for a token is looked for in the messages: SQL compares faster than this does.
  _hasTokens = support::SearchIndex(database).exists() && (!tokens.empty() || search.query.terms.empty());
  for (const std::string& token : SearchTokens::ofTraits(search.query.has)) tokens.push_back(token);
  const auto& [account, conversation] = search.scope;
  tokens.push_back(conversation ? SearchTokens::ofConversation(*conversation) : SearchTokens::ofMember(account));
  if (search.senderId) tokens.push_back(SearchTokens::ofSender(*search.senderId));
  _expression = support::SearchIndex::expression(tokens);
}

std::uint64_t Candidates::newest() {
  if (!_search.scope.conversationId) return support::MessageOrder::read(_database).newest;
  BoundSql sql;
  sql.add("SELECT last_message_id FROM conversation WHERE id = ?").with(*_search.scope.conversationId);
  return oneNumber(sql);
}

std::uint64_t Candidates::startOf(std::uint64_t below, std::uint64_t count) {
  if (!_search.scope.conversationId) return startOfOwn(below, count);
  BoundSql sql;
  sql.add("SELECT m.id FROM message m");
  addConversation(sql);
  sql.add(" AND m.id < ? ORDER BY m.id DESC LIMIT 1 OFFSET ?").with(below).with(count - 1);
  return oneNumber(sql);
}

// A user's messages are spread over the ranges of all conversations, so the id can't be read from an index. A range of
// ids is tried that had about the right number of messages before. In a range of `count` ids there can't be more.
std::uint64_t Candidates::startOfOwn(std::uint64_t below, std::uint64_t count) {
  for (;;) {
    const Range range{below - std::min(below, _idsInStep), below};
    BoundSql sql;
    sql.add("SELECT COUNT(*) FROM (").add(support::SqlWords(_database).selectInOrder()).add(" m.id FROM ");
    addOwn(sql, range);
    sql.add(" LIMIT ?").with(count + 1).add(") some");
    const std::uint64_t found = oneNumber(sql);
    if (found > count) {
      _idsInStep = std::max(_idsInStep / 16, count);
      continue;
    }
    const std::uint64_t most = _own->size() > _mostConversations ? FirstIds : MostIds;
    if (found < count / 4) _idsInStep = std::min(_idsInStep * 4, most);
    return range.from;
  }
}

// Dates grow with the ids, but for that difference, so the id is found by halving.
std::uint64_t Candidates::idAt(support::Millis date) {
  std::uint64_t low = 1;
  BoundSql newestSql;
  std::uint64_t high = oneNumber(newestSql.add("SELECT COALESCE(MAX(id), 0) FROM message")) + 1;
  const support::Millis wanted = date - ClockDifference;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    BoundSql sql;
    sql.add("SELECT created_at FROM message WHERE id >= ? ORDER BY id LIMIT 1").with(middle);
    if (static_cast<support::Millis>(oneNumber(sql)) < wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

// The index only says where to look: whose message it is, its row decides, and an entry may have none any more.
Candidates::Batch Candidates::fromIndex(const Range& range, std::uint64_t limit) {
  BoundSql entries;
  entries.add("SELECT rowid FROM message_search WHERE message_search MATCH ? AND rowid >= ? AND rowid < ?")
      .with(_expression)
      .with(range.from)
      .with(range.below)
      .add(" ORDER BY rowid DESC LIMIT ?")
      .with(limit);
  std::vector<Poco::UInt64> ids;
  _database.read([&](Poco::Data::Session& session) {
    ids.clear();
    Poco::Data::Statement select(session);
    entries.giveTo(select);
    select, into(ids);
    select.execute();
  });
  Batch batch;
  batch.from = ids.size() == limit ? ids.back() : range.from;
  if (ids.empty()) return batch;
  BoundSql rows;
  rows.add(support::selectMessages(_database)).add("message m").add(support::MessageJoins);
  if (_search.scope.conversationId) {
    rows.add("WHERE +m.conversation_id = ?").with(*_search.scope.conversationId);  // the sign: by their ids
  } else {
    rows.add("WHERE EXISTS (SELECT 1 FROM member w WHERE w.conversation_id = m.conversation_id AND w.account_id = ?)")
        .with(_search.scope.accountId);
  }
  rows.add(" AND m.id IN (");
  for (const Poco::UInt64 id : ids) rows.add(id == ids.front() ? "" : ", ").add(std::to_string(id));
  rows.add(") ORDER BY m.id DESC");
  batch.messages = read(rows);
  return batch;
}

Candidates::Batch Candidates::fromTable(const Range& range, std::uint64_t limit, Form form) {
  BoundSql sql;
  sql.add(support::selectMessages(_database)).add("(").add(support::SqlWords(_database).selectInOrder());
  sql.add(" m.id FROM ");
  if (_search.scope.conversationId) {
    sql.add("message m");
    addConversation(sql);
    sql.add(" AND m.id >= ? AND m.id < ?").with(range.from).with(range.below);
  } else {
    addOwn(sql, range);
  }
  addFilter(sql, form);
  sql.add(" ORDER BY m.id DESC LIMIT ?").with(limit).add(") page JOIN message m ON m.id = page.id");
  sql.add(support::MessageJoins).add("ORDER BY m.id DESC");
  Batch batch{read(sql), range.from};
  if (batch.messages.size() == limit) batch.from = batch.messages.back().id;
  return batch;
}

/// After `message m`.
void Candidates::addConversation(BoundSql& sql) const {
  sql.add(support::SqlWords(_database).byIndex("message_conversation"))
      .add(" WHERE m.conversation_id = ?")
      .with(_search.scope.conversationId.value());
}

// Either the range of each conversation that has a message in it, or each id whether it is in one of the account's
// conversations: what is less. The ids of conversations are in the text since MySQL reads a range of `id` for each of
// these, but not for those of a joined table. CROSS JOIN: SQLite, too, keeps the order.
void Candidates::addOwn(BoundSql& sql, const Range& range) {
  findConversations();
  const auto isIn = [&](const Own& own) { return own.newest >= range.from; };
  const auto each = static_cast<std::uint64_t>(std::count_if(_own->begin(), _own->end(), isIn));
  if (_own->size() <= _mostConversations && each < (range.below - range.from) / 2) {
    std::string list;
    for (const Own& own : *_own) {
      if (isIn(own)) list += (list.empty() ? "" : ", ") + std::to_string(own.id);
    }
    sql.add("message m").add(support::SqlWords(_database).byIndex("message_conversation"));
    sql.add(" WHERE m.conversation_id IN (").add(list.empty() ? "0" : list).add(")");
  } else {
    const std::string primary = support::SqlWords(_database).byIndex("PRIMARY");
    sql.add("message m").add(primary).add(" CROSS JOIN member w").add(primary);
    sql.add(" ON w.conversation_id = m.conversation_id WHERE w.account_id = ?").with(_search.scope.accountId);
  }
  sql.add(" AND m.id >= ? AND m.id < ?").with(range.from).with(range.below);
}

void Candidates::findConversations() {
  if (_own) return;
  BoundSql sql;
  sql.add(support::OwnConversations(_database, _search.scope.accountId).oldestFirst(0, _mostConversations + 1));
  std::vector<Own> all;
  _database.read([&](Poco::Data::Session& session) {
    all.clear();
    Own own;
    Poco::Data::Statement select(session);
    sql.giveTo(select);
    select, into(own.id), into(own.newest), range(0, 1);
    while (!select.done() && select.execute() > 0) all.push_back(own);
  });
  _own = std::move(all);
}

// INSTR with a binary collation rather than LIKE: it has no special characters.
void Candidates::addFilter(BoundSql& sql, Form form) const {
  if (_search.senderId) sql.add(" AND m.sender_id = ?").with(*_search.senderId);
  const support::MessageTraits& has = _search.query.has;
  if (has.image || has.video) sql.add(" AND m.attributes IS NOT NULL");
  if (form == Form::Earlier) return;
  if (has.link) sql.add(" AND (INSTR(").add(Text).add(", '://') > 0 OR INSTR(").add(Text).add(", 'www.') > 0)");
  for (const std::string& piece : _pieces) sql.add(" AND INSTR(").add(Text).add(", ?) > 0").with(piece);
}

std::uint64_t Candidates::oneNumber(BoundSql& sql) {
  Poco::UInt64 number = 0;
  _database.read([&](Poco::Data::Session& session) {
    number = 0;
    Poco::Data::Statement select(session);
    sql.giveTo(select);
    select, into(number);
    select.execute();
  });
  return number;
}

std::vector<support::ChatMessage> Candidates::read(BoundSql& sql) {
  std::vector<support::ChatMessage> messages;
  _database.read([&](Poco::Data::Session& session) {
    Poco::Data::Statement select(session);
    sql.giveTo(select);
    messages = support::readMessages(select);
  });
  return messages;
}

}  // namespace chat::msgsearch
