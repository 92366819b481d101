#include "support/OwnConversations.h"

#include <algorithm>
#include <limits>

#include "support/SqlWords.h"

namespace chat::support {

namespace {

// SQLite's integers have a sign.
constexpr std::uint64_t Most = std::numeric_limits<std::int64_t>::max();

std::string literal(std::uint64_t number) {
  return std::to_string(std::min(number, Most));
}

}  // namespace

std::string OwnConversations::oldestFirst(std::uint64_t above, std::uint64_t limit) const {
  return select("last_message_id > " + literal(above), "ASC", limit);
}

std::string OwnConversations::newestFirst(std::uint64_t below, std::uint64_t limit) const {
  return select("last_message_id < " + literal(below), "DESC", limit);
}

// A conversation with oneself is in the first range only.
std::string OwnConversations::select(const std::string& condition, std::string_view order, std::uint64_t limit) const {
  const std::string end = " ORDER BY last_message_id " + std::string(order) + " LIMIT " + literal(limit);
  const auto range = [&](const std::string& column, const std::string& index, const std::string& name,
                         const std::string& others) {
    return "SELECT id, last_message_id FROM (SELECT id, last_message_id FROM conversation" +
           SqlWords(_database).byIndex(index) + " WHERE " + column + " = " + literal(_account) + " AND " + condition +
           others + end + ") " + name;
  };
  return range("lo_id", "conversation_lo_newest", "of_lo", "") + " UNION ALL " +
         range("hi_id", "conversation_hi_newest", "of_hi", " AND lo_id <> hi_id") + end;
}

}  // namespace chat::support
