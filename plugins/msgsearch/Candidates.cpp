#include "msgsearch/Candidates.h"

#include <Poco/Data/Session.h>

#include <algorithm>

#include "support/MessageRows.h"
#include "support/SearchIndex.h"
#include "support/SearchTokens.h"
#include "support/SqlWords.h"

namespace chat::msgsearch {

using namespace Poco::Data::Keywords;
using support::SearchTokens;

namespace {

// More of them would make a statement slower, not its result smaller.
constexpr std::size_t MaxTokens = 16;
constexpr std::size_t MaxPieces = 4;
constexpr std::string_view Text = "COALESCE(body_folded, body)";

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
    for (std::string& piece : term.pieces()) pieces.push_back(std::move(piece));
  }
  std::stable_sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  if (pieces.size() > MaxPieces) pieces.resize(MaxPieces);
  return pieces;
}

}  // namespace

Candidates::Candidates(data::Database& database, const Search& search)
    : _database(database), _search(search), _pieces(longestPieces(search.query)) {
  std::vector<std::string> tokens = tokensOf(search.query);
  // A term that is too short for a token is looked for in the messages: SQL compares faster than this does.
  _hasTokens = support::SearchIndex(database).exists() && (!tokens.empty() || search.query.terms.empty());
  for (const std::string& token : SearchTokens::ofTraits(search.query.has)) tokens.push_back(token);
  const auto& [account, peer] = search.scope;
  tokens.push_back(peer ? SearchTokens::ofConversation(account, *peer) : SearchTokens::ofMember(account));
  if (search.senderId) tokens.push_back(SearchTokens::ofSender(*search.senderId));
  _expression = support::SearchIndex::expression(tokens);
}

std::uint64_t Candidates::newest() {
  BoundSql sql;
  if (_search.scope.peerId) {
    sql.add("SELECT COALESCE(MAX(last_message_id), 0) FROM conversation");
    addConversation(sql);
  } else {
    sql.add("SELECT COALESCE(MAX(id), 0) FROM message");
  }
  return oneNumber(sql);
}

std::uint64_t Candidates::startOf(std::uint64_t below, std::uint64_t count) {
  const auto start = [&](auto&& addScope) {
    BoundSql sql;
    sql.add("SELECT id FROM message");
    addScope(sql);
    sql.add(" AND id < ? ORDER BY id DESC LIMIT 1 OFFSET ?").with(below).with(count - 1);
    return oneNumber(sql);
  };
  if (_search.scope.peerId) {
    return start([&](BoundSql& sql) {
      sql.add(support::SqlWords(_database).byIndex("message_conversation"));
      addConversation(sql);
    });
  }
  return std::max(start([&](BoundSql& sql) { addHalf(sql, "sender"); }),
                  start([&](BoundSql& sql) { addHalf(sql, "receiver"); }));
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

std::vector<support::ChatMessage> Candidates::fromIndex(const Range& range, std::uint64_t limit) {
  BoundSql sql;
  sql.add("SELECT rowid AS id FROM message_search WHERE message_search MATCH ? AND rowid >= ? AND rowid < ?")
      .with(_expression)
      .with(range.from)
      .with(range.below)
      .add(" ORDER BY rowid DESC LIMIT ?")
      .with(limit);
  return read(sql);
}

std::vector<support::ChatMessage> Candidates::fromTable(const Range& range, std::uint64_t limit, Form form) {
  BoundSql sql;
  const auto addIds = [&](auto&& addScope) {
    sql.add("SELECT id FROM message");
    addScope();
    addRange(sql, range);
    addFilter(sql, form);
  };
  if (_search.scope.peerId) {
    addIds([&] {
      sql.add(support::SqlWords(_database).byIndex("message_conversation"));
      addConversation(sql);
    });
  } else {
    addIds([&] { addHalf(sql, "sender"); });
    sql.add(" UNION ");
    addIds([&] { addHalf(sql, "receiver"); });
  }
  sql.add(" ORDER BY id DESC LIMIT ?").with(limit);
  return read(sql);
}

void Candidates::addConversation(BoundSql& sql) const {
  const std::uint64_t account = _search.scope.accountId;
  const std::uint64_t peer = _search.scope.peerId.value();
  sql.add(" WHERE lo_id = ? AND hi_id = ?").with(std::min(account, peer)).with(std::max(account, peer));
}

void Candidates::addHalf(BoundSql& sql, const std::string& column) const {
  sql.add(support::SqlWords(_database).byIndex("message_" + column))
      .add(" WHERE " + column + "_id = ?")
      .with(_search.scope.accountId);
}

void Candidates::addRange(BoundSql& sql, const Range& range) const {
  sql.add(" AND id >= ? AND id < ?").with(range.from).with(range.below);
}

// INSTR with a binary collation rather than LIKE: it has no special characters.
void Candidates::addFilter(BoundSql& sql, Form form) const {
  if (_search.senderId) sql.add(" AND sender_id = ?").with(*_search.senderId);
  const support::MessageTraits& has = _search.query.has;
  if (has.image || has.video) sql.add(" AND attributes IS NOT NULL");
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

std::vector<support::ChatMessage> Candidates::read(BoundSql& page) {
  std::vector<support::ChatMessage> messages;
  BoundSql whole;
  whole.add(support::selectMessages(_database)).add("(").add(page).add(") page JOIN message m ON m.id = page.id");
  whole.add(support::MessageJoins).add("ORDER BY m.id DESC");
  _database.read([&](Poco::Data::Session& session) {
    Poco::Data::Statement select(session);
    whole.giveTo(select);
    messages = support::readMessages(select);
  });
  return messages;
}

}  // namespace chat::msgsearch
