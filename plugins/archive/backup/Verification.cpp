#include "archive/backup/Verification.h"

#include <Poco/Nullable.h>

#include <algorithm>
#include <vector>

#include "archive/Sql.h"
#include "data/Text.h"
#include "support/SearchIndex.h"
#include "support/SearchProgress.h"
#include "support/SearchTokens.h"
#include "support/SqlWords.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

namespace {

constexpr Poco::UInt64 RowsAtOnce = 1000;

std::string named(const std::string& what, std::uint64_t id) {
  return what + " " + std::to_string(id);
}

/// Rows of a SELECT whose first column is the key that its two parameters, the last key and a limit, go by.
template <std::size_t N, typename Check>
void forEach(Poco::Data::Session& session, const std::string& sql, const Check& check) {
  for (Poco::UInt64 after = 0;;) {
    const auto rows = numbers<N>(session, sql, after, RowsAtOnce);
    for (const auto& row : rows) check(row);
    if (rows.size() < RowsAtOnce) return;
    after = rows.back()[0];
  }
}

}  // namespace

Verification::Result Verification::run() {
  const auto progress = support::SearchProgress(_database).read();
  _database.readSnapshot([&](Poco::Data::Session& session) {
    _result.accounts = oneNumber(session, "SELECT COUNT(*) FROM account");
    checkOrder(session);
    checkConversations(session);
    checkMembers(session);
    checkUnread(session);
    checkOrphans(session);
    checkErasures(session);
    if (!progress) return;
    checkTexts(session, progress->readyFrom);
    if (support::SearchIndex(_database).exists()) checkIndex(session, progress->readyFrom);
  });
  return _result;
}

void Verification::fault(const std::string& what) {
  ++_result.faults;
  _report(what);
}

void Verification::checkOrder(Poco::Data::Session& session) {
  const auto order = numbers<2>(session, "SELECT last_id, last_at FROM message_order WHERE id = 1");
  if (order.empty()) return fault("the order of the messages has lost its row");
  const auto [last, lastAt] = order.front();
  const auto ofMessages = numbers<2>(session, "SELECT COALESCE(MAX(id), 0), COALESCE(MAX(created_at), 0) FROM message");
  const auto [newest, newestAt] = ofMessages.front();
  const std::uint64_t ofConversations =
      oneNumber(session, "SELECT COALESCE(MAX(last_message_id), 0) FROM conversation");
  if (last < std::max(newest, ofConversations)) {
    fault("the order of the messages ends at " + std::to_string(last) + ", and the newest message is " +
          std::to_string(std::max(newest, ofConversations)));
  }
  if (lastAt < newestAt) fault("the order of the messages ends before the date of a message");
}

void Verification::checkConversations(Poco::Data::Session& session) {
  forEach<7>(
      session,
      "SELECT c.id, c.message_count, c.last_message_id, COALESCE(c.lo_id, 0), COALESCE(c.hi_id, 0),"
      " (SELECT COUNT(*) FROM message m WHERE m.conversation_id = c.id),"
      " (SELECT COALESCE(MAX(m.id), 0) FROM message m WHERE m.conversation_id = c.id)"
      " FROM conversation c WHERE c.id > ? ORDER BY c.id LIMIT ?",
      [&](const auto& row) {
        const auto& [id, count, newest, lo, hi, messages, last] = row;
        ++_result.conversations;
        _result.messages += messages;
        const std::string which = named("conversation", id);
        if (count != messages) {
          fault(which + ": it has " + std::to_string(messages) + " messages, and counts " + std::to_string(count));
        }
        if (newest != last) {
          fault(which + ": its newest message is " + std::to_string(last) + ", it says " + std::to_string(newest));
        }
        if (messages == 0) fault(which + ": it has no message");
        if (lo > hi) fault(which + ": its pair is in the wrong order");
        const std::uint64_t members =
            oneNumber(session, "SELECT COUNT(*) FROM member WHERE conversation_id = ? AND account_id IN (?, ?)",
                      Poco::UInt64{id}, Poco::UInt64{lo}, Poco::UInt64{hi});
        if (members != (lo == hi ? 1U : 2U)) fault(which + ": its users are not its members");
      });
}

// The key has two columns, so it goes by conversations.
void Verification::checkMembers(Poco::Data::Session& session) {
  forEach<1>(
      session, "SELECT c.id FROM conversation c WHERE c.id > ? ORDER BY c.id LIMIT ?", [&](const auto& conversation) {
        const Poco::UInt64 id = conversation[0];
        for (const auto& [account, sent, messages] :
             numbers<3>(session,
                        "SELECT m.account_id, m.sent_count, (SELECT COUNT(*) FROM message s WHERE s.conversation_id ="
                        " m.conversation_id AND s.sender_id = m.account_id) FROM member m WHERE m.conversation_id = ?",
                        id)) {
          if (sent == messages) continue;
          fault(named("conversation", id) + ", " + named("account", account) + ": it has sent " +
                std::to_string(messages) + " messages, and " + std::to_string(sent) + " are counted");
        }
      });
}

// What users see: the numbers say as many unread messages as there are. Erased accounts see nothing.
void Verification::checkUnread(Poco::Data::Session& session) {
  forEach<1>(session, "SELECT c.id FROM conversation c WHERE c.id > ? AND c.lo_id <> c.hi_id ORDER BY c.id LIMIT ?",
             [&](const auto& conversation) {
               const Poco::UInt64 id = conversation[0];
               for (const auto& [account, all, sent, readCount, unread] :
                    numbers<5>(session,
                               "SELECT m.account_id, c.message_count + c.removed_count, m.sent_count + m.removed_count,"
                               " COALESCE(r.read_count, 0), (SELECT COUNT(*) FROM message o WHERE o.conversation_id ="
                               " c.id AND o.id > COALESCE(r.read_id, 0) AND o.sender_id <> m.account_id)"
                               " FROM member m JOIN conversation c ON c.id = m.conversation_id"
                               " JOIN account a ON a.id = m.account_id AND a.name NOT LIKE 'deleted.%'"
                               " LEFT JOIN receipt r ON r.account_id = m.account_id AND r.conversation_id = c.id"
                               " WHERE c.id = ?",
                               id)) {
                 const std::uint64_t ofOthers = all > sent ? all - sent : 0;
                 const std::uint64_t counted = ofOthers > readCount ? ofOthers - readCount : 0;
                 if (counted == unread) continue;
                 fault(named("conversation", id) + ", " + named("account", account) + ": " + std::to_string(unread) +
                       " messages are unread, and " + std::to_string(counted) + " are counted");
               }
             });
}

void Verification::checkOrphans(Poco::Data::Session& session) {
  forEach<3>(session,
             "SELECT m.id, CASE WHEN c.id IS NULL THEN 1 ELSE 0 END, CASE WHEN w.account_id IS NULL THEN 1 ELSE 0 END"
             " FROM (SELECT id, conversation_id, sender_id FROM message WHERE id > ? ORDER BY id LIMIT ?) m"
             " LEFT JOIN conversation c ON c.id = m.conversation_id"
             " LEFT JOIN member w ON w.conversation_id = m.conversation_id AND w.account_id = m.sender_id"
             " ORDER BY m.id",
             [this](const auto& row) {
               const auto& [id, hasNoConversation, isOfNoMember] = row;
               if (hasNoConversation != 0) return fault(named("message", id) + ": it has no conversation");
               if (isOfNoMember != 0) fault(named("message", id) + ": its sender is no member of the conversation");
             });
  const std::pair<const char*, const char*> rows[] = {
      {"members without their conversation",
       "SELECT COUNT(*) FROM member m LEFT JOIN conversation c ON c.id = m.conversation_id WHERE c.id IS NULL"},
      {"members without their account",
       "SELECT COUNT(*) FROM member m LEFT JOIN account a ON a.id = m.account_id WHERE a.id IS NULL"},
      {"receipts without their member",
       "SELECT COUNT(*) FROM receipt r LEFT JOIN member m ON m.conversation_id = r.conversation_id AND m.account_id ="
       " r.account_id WHERE m.account_id IS NULL"},
      {"tokens without their account",
       "SELECT COUNT(*) FROM session_token t LEFT JOIN account a ON a.id = t.account_id WHERE a.id IS NULL"},
      {"last visits without their account",
       "SELECT COUNT(*) FROM last_seen l LEFT JOIN account a ON a.id = l.account_id WHERE a.id IS NULL"},
  };
  for (const auto& [what, sql] : rows) {
    const std::uint64_t count = oneNumber(session, sql);
    if (count > 0) fault(std::to_string(count) + " " + what);
  }
}

void Verification::checkErasures(Poco::Data::Session& session) {
  for (const auto& [id] : numbers<1>(session, "SELECT account_id FROM erasure ORDER BY account_id")) {
    fault(named("account", id) + ": its erasure isn't finished: run 'erase --resume'");
  }
}

void Verification::checkTexts(Poco::Data::Session& session, std::uint64_t readyFrom) {
  for (Poco::UInt64 from = readyFrom;;) {
    Poco::UInt64 limit = RowsAtOnce;
    Poco::UInt64 id = 0;
    data::Text text;
    Poco::Nullable<data::Text> folded;
    std::size_t rows = 0;
    Poco::Data::Statement select(session);
    select << "SELECT id, body, body_folded FROM message WHERE id >= ? ORDER BY id LIMIT ?", use(from), use(limit),
        into(id), into(text), into(folded), range(0, 1);
    while (!select.done()) {
      if (select.execute() == 0) break;
      ++rows;
      if (support::SearchIndex::storedForm(text.value) == (folded.isNull() ? std::string() : folded.value().value)) {
        continue;
      }
      fault(named("message", id) + ": its text for the search is wrong");
    }
    if (rows < limit) return;
    from = id + 1;
  }
}

void Verification::checkIndex(Poco::Data::Session& session, std::uint64_t readyFrom) {
  forEach<1>(session, "SELECT id FROM conversation WHERE id > ? ORDER BY id LIMIT ?",
             [&](const auto& row) { checkIndexOf(session, row[0], readyFrom); });
}

// Both are read in the order of their ids, and compared like two sorted lists.
void Verification::checkIndexOf(Poco::Data::Session& session, std::uint64_t conversation, std::uint64_t readyFrom) {
  const std::string expression =
      support::SearchIndex::expression({support::SearchTokens::ofConversation(conversation)});
  for (Poco::UInt64 from = readyFrom;;) {
    std::vector<std::uint64_t> stored;
    for (const auto& [id] :
         numbers<1>(session, "SELECT id FROM message WHERE conversation_id = ? AND id >= ? ORDER BY id LIMIT ?",
                    Poco::UInt64{conversation}, from, RowsAtOnce)) {
      stored.push_back(id);
    }
    const bool isLast = stored.size() < RowsAtOnce;
    const Poco::UInt64 end = isLast ? Poco::UInt64{0x7fff'ffff'ffff'ffff} : stored.back();
    std::vector<std::uint64_t> indexed;
    for (const auto& [id] :
         numbers<1>(session,
                    "SELECT rowid FROM message_search WHERE message_search MATCH ? AND rowid >= ? AND"
                    " rowid <= ? ORDER BY rowid",
                    expression, from, end)) {
      indexed.push_back(id);
    }
    std::vector<std::uint64_t> wrong;
    std::set_difference(stored.begin(), stored.end(), indexed.begin(), indexed.end(), std::back_inserter(wrong));
    for (const std::uint64_t id : wrong) fault(named("message", id) + ": it isn't in the search index");
    wrong.clear();
    std::set_difference(indexed.begin(), indexed.end(), stored.begin(), stored.end(), std::back_inserter(wrong));
    for (const std::uint64_t id : wrong)
      fault("the search index has a message " + std::to_string(id) + " that isn't there");
    if (isLast) return;
    from = end + 1;
  }
}

}  // namespace chat::archive
