#include "archive/removal/MessageRemoval.h"

#include <Poco/Nullable.h>

#include <map>
#include <set>
#include <string>

#include "archive/Sql.h"
#include "archive/removal/ConversationLocks.h"
#include "data/Text.h"
#include "support/SearchIndex.h"
#include "support/SearchProgress.h"
#include "support/SqlWords.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

struct MessageRemoval::Conversation {
  std::uint64_t lo = 0;
  std::uint64_t hi = 0;
  std::map<std::uint64_t, std::vector<std::uint64_t>> removed{};  ///< ids, by their senders

  std::set<std::uint64_t> members() const { return {lo, hi}; }
};

struct MessageRemoval::Batch {
  struct Message {
    std::uint64_t id = 0;
    std::uint64_t conversationId = 0;
    std::uint64_t senderId = 0;
    std::string text;
    std::string attributes;
  };
  std::vector<Message> messages;
  std::map<std::uint64_t, Conversation> conversations;

  std::vector<std::uint64_t> ids() const {
    std::vector<std::uint64_t> all;
    for (const auto& message : messages) all.push_back(message.id);
    return all;
  }
};

std::size_t MessageRemoval::remove(std::span<const RemovalCandidate> candidates, const Condition& condition) {
  if (candidates.empty()) return 0;
  std::size_t removed = 0;
  _database.transaction([&](Poco::Data::Session& session) {
    const Batch batch = read(session, candidates, condition);
    removed = batch.messages.size();
    if (removed == 0) return;
    removeFromSearch(session, batch);
    countUnreadAsRead(session, batch);
    change(session, "DELETE FROM message WHERE id IN (" + listOf(batch.ids()) + ")");
    countDown(session, batch);
    for (const auto& [id, conversation] : batch.conversations) {
      if (!conversation.removed.empty()) setNewest(session, id);
    }
  });
  return removed;
}

// The messages are read when the conversations are locked: somebody else may have removed some meanwhile.
MessageRemoval::Batch MessageRemoval::read(Poco::Data::Session& session, std::span<const RemovalCandidate> candidates,
                                           const Condition& condition) {
  Batch batch;
  std::set<std::uint64_t> conversations;
  std::vector<std::uint64_t> ids;
  for (const auto& candidate : candidates) {
    conversations.insert(candidate.conversationId);
    ids.push_back(candidate.id);
  }
  for (const auto& [id, pair] : lockConversations(_database, session, conversations)) {
    batch.conversations.emplace(id, Conversation{pair.lo, pair.hi});
  }

  Poco::UInt64 id = 0;
  Poco::UInt64 conversationId = 0;
  Poco::UInt64 senderId = 0;
  data::Text text;
  Poco::Nullable<data::Text> attributes;
  std::string sql = "SELECT id, conversation_id, sender_id, body, attributes FROM message WHERE id IN (" + listOf(ids) +
                    ") AND conversation_id IN (" + listOf(conversations) + ")";
  if (condition.before) sql += " AND created_at < " + std::to_string(*condition.before);
  if (condition.sender) sql += " AND sender_id = " + std::to_string(*condition.sender);
  Poco::Data::Statement select(session);
  select << sql << " ORDER BY id", into(id), into(conversationId), into(senderId), into(text), into(attributes),
      range(0, 1);
  while (!select.done()) {
    if (select.execute() == 0) break;
    const auto conversation = batch.conversations.find(conversationId);
    if (conversation == batch.conversations.end()) continue;  // an orphan, which `verify` reports
    conversation->second.removed[senderId].push_back(id);
    batch.messages.push_back(
        {id, conversationId, senderId, text.value, attributes.isNull() ? "{}" : attributes.value().value});
  }
  return batch;
}

// What isn't in the index yet must not be taken out of it.
void MessageRemoval::removeFromSearch(Poco::Data::Session& session, const Batch& batch) const {
  const support::SearchIndex index(_database);
  if (!index.exists()) return;
  const auto progress = support::SearchProgress(_database).lock(session);
  if (!progress) return;
  std::vector<support::IndexedMessage> indexed;
  for (const auto& message : batch.messages) {
    if (message.id < progress->readyFrom) continue;
    const auto& conversation = batch.conversations.at(message.conversationId);
    indexed.push_back({message.id,
                       message.conversationId,
                       message.senderId,
                       {conversation.lo, conversation.hi},
                       message.text,
                       message.attributes});
  }
  index.remove(session, indexed);
}

void MessageRemoval::countUnreadAsRead(Poco::Data::Session& session, const Batch& batch) const {
  using support::SqlWords;
  const SqlWords sql(_database);
  std::vector<std::uint64_t> ids;
  for (const auto& [id, conversation] : batch.conversations) ids.push_back(id);
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t> readIds;
  for (const auto& [conversationId, account, readId] :
       numbers<3>(session, "SELECT conversation_id, account_id, read_id FROM receipt WHERE conversation_id IN (" +
                               listOf(ids) + ")" + std::string(sql.rowLock()))) {
    readIds[{conversationId, account}] = readId;
  }
  const std::string add =
      "INSERT INTO receipt (account_id, conversation_id, delivered_id, read_id, read_count) VALUES (?, ?, 0, 0, ?)" +
      sql.orMerge("account_id, conversation_id", {{"read_count", SqlWords::Merge::Add}});
  for (const auto& [id, conversation] : batch.conversations) {
    for (const std::uint64_t member : conversation.members()) {
      const std::uint64_t readId = readIds[{id, member}];
      Poco::UInt64 unread = 0;
      for (const auto& [sender, removed] : conversation.removed) {
        if (sender == member) continue;
        for (const std::uint64_t message : removed) unread += message > readId ? 1 : 0;
      }
      if (unread > 0) change(session, add, Poco::UInt64{member}, Poco::UInt64{id}, unread);
    }
  }
}

void MessageRemoval::countDown(Poco::Data::Session& session, const Batch& batch) {
  const auto less = [](const std::string& column, const std::string& count) {
    return column + " = CASE WHEN " + column + " > " + count + " THEN " + column + " - " + count +
           " ELSE 0 END, removed_count = removed_count + " + count;
  };
  for (const auto& [id, conversation] : batch.conversations) {
    std::size_t all = 0;
    for (const auto& [sender, removed] : conversation.removed) {
      all += removed.size();
      change(session, "UPDATE member SET " + less("sent_count", std::to_string(removed.size())) +
                          " WHERE conversation_id = " + std::to_string(id) +
                          " AND account_id = " + std::to_string(sender));
    }
    if (all == 0) continue;
    change(session, "UPDATE conversation SET " + less("message_count", std::to_string(all)) +
                        " WHERE id = " + std::to_string(id));
  }
}

void MessageRemoval::setNewest(Poco::Data::Session& session, std::uint64_t conversationId) {
  const std::string id = std::to_string(conversationId);
  const std::string newest =
      std::to_string(oneNumber(session, "SELECT COALESCE(MAX(id), 0) FROM message WHERE conversation_id = " + id));
  if (newest == "0") {
    change(session, "DELETE FROM receipt WHERE conversation_id = " + id);
    change(session, "DELETE FROM member WHERE conversation_id = " + id);
    change(session, "DELETE FROM conversation WHERE id = " + id);
    return;
  }
  change(session, "UPDATE conversation SET last_message_id = " + newest + " WHERE id = " + id +
                      " AND last_message_id <> " + newest);
}

}  // namespace chat::archive
