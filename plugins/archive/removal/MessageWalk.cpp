#include "archive/removal/MessageWalk.h"

#include <string>

#include "archive/Sql.h"
#include "support/SqlWords.h"

namespace chat::archive {
namespace {

constexpr std::size_t RowsAtOnce = 5000;
constexpr std::size_t MessagesAtOnce = 100;

}  // namespace

MessageWalk::Step MessageWalk::next() {
  const auto candidates = readOn();
  return {_removal.remove(candidates, _condition), _isAtEnd};
}

std::uint64_t MessageWalk::count() {
  std::uint64_t found = 0;
  while (!_isAtEnd) found += readOn().size();
  return found;
}

// The range is limited by rows and not by ids, of which any number may be missing.
std::vector<RemovalCandidate> MessageWalk::readOn() {
  std::string from = "FROM message";
  if (_conversation) {
    from += support::SqlWords(_database).byIndex("message_conversation") +
            " WHERE conversation_id = " + std::to_string(*_conversation) + " AND ";
  } else {
    from += " WHERE ";
  }
  std::vector<RemovalCandidate> candidates;
  _database.read([&](Poco::Data::Session& session) {
    candidates.clear();
    const auto last = numbers<2>(session, "SELECT COALESCE(MAX(id), 0), COUNT(*) FROM (SELECT id " + from + "id > " +
                                              std::to_string(_position) + " ORDER BY id LIMIT " +
                                              std::to_string(RowsAtOnce) + ") some");
    const std::uint64_t end = last.front()[0];
    std::string sql = "SELECT id, conversation_id " + from + "id > " + std::to_string(_position) +
                      " AND id <= " + std::to_string(end);
    if (_condition.before) sql += " AND created_at < " + std::to_string(*_condition.before);
    if (_condition.sender) sql += " AND sender_id = " + std::to_string(*_condition.sender);
    for (const auto& [id, conversation] :
         numbers<2>(session, sql + " ORDER BY id LIMIT " + std::to_string(MessagesAtOnce))) {
      candidates.push_back({id, conversation});
    }
    const bool isFull = candidates.size() == MessagesAtOnce;
    _isAtEnd = !isFull && last.front()[1] < RowsAtOnce;
    if (end > 0) _position = isFull ? candidates.back().id : end;
  });
  return candidates;
}

}  // namespace chat::archive
