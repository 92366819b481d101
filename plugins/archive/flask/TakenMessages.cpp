#include "archive/flask/TakenMessages.h"

#include <Poco/Nullable.h>

#include <algorithm>
#include <map>

#include "archive/Sql.h"
#include "archive/removal/AccountLocks.h"
#include "support/Pair.h"
#include "support/SearchIndex.h"
#include "support/SqlWords.h"

namespace chat::archive {

using support::SqlWords;

struct TakenMessages::Batch {
  struct Conversation {
    std::uint64_t id = 0;
    std::uint64_t newest = 0;
    std::uint64_t count = 0;
    std::map<std::uint64_t, std::uint64_t> sent{};  ///< by members; also those who sent nothing
    support::Millis begin = 0;
  };
  struct Account {
    std::uint64_t newest = 0;
    support::Millis newestAt = 0;
  };
  std::vector<const TakenMessage*> messages;
  std::vector<std::uint64_t> ids;  ///< their new ones
  std::map<std::pair<std::uint64_t, std::uint64_t>, Conversation> conversations;
  std::map<std::uint64_t, Account> accounts;

  Conversation& conversationOf(const TakenMessage& message) {
    const support::Pair pair(message.senderId, message.receiverId);
    return conversations[{pair.lo, pair.hi}];
  }
  const Conversation& conversationOf(const TakenMessage& message) const {
    const support::Pair pair(message.senderId, message.receiverId);
    return conversations.at({pair.lo, pair.hi});
  }
};

std::set<std::uint64_t> TakenMessages::store(Poco::Data::Session& session,
                                             const std::vector<TakenMessage>& messages) const {
  std::set<std::uint64_t> accounts;
  for (const auto& message : messages) accounts.insert({message.senderId, message.receiverId});
  const auto locked = lockAccounts(_database, session, accounts);
  std::set<std::uint64_t> missing;
  Batch batch;
  for (const auto& message : messages) {
    if (!locked.contains(message.senderId) || !locked.contains(message.receiverId)) {
      missing.insert(message.oldId);
      continue;
    }
    batch.messages.push_back(&message);
    auto& conversation = batch.conversationOf(message);
    if (conversation.count++ == 0) conversation.begin = message.date;
    conversation.sent[message.receiverId] += 0;
    ++conversation.sent[message.senderId];
  }
  if (batch.messages.empty()) return missing;
  findConversations(session, batch);
  insert(session, batch);
  addToSearch(session, batch);
  count(session, batch);
  return missing;
}

void TakenMessages::findConversations(Poco::Data::Session& session, Batch& batch) const {
  for (auto& [pair, conversation] : batch.conversations) {
    conversation.id = oneNumber(session, "SELECT id FROM conversation WHERE lo_id = ? AND hi_id = ?",
                                Poco::UInt64{pair.first}, Poco::UInt64{pair.second});
    if (conversation.id != 0) continue;
    change(session,
           "INSERT INTO conversation (lo_id, hi_id, created_at, message_count, last_message_id) VALUES (?, ?, ?, 0, 0)",
           Poco::UInt64{pair.first}, Poco::UInt64{pair.second}, Poco::Int64{conversation.begin});
    conversation.id = SqlWords(_database).insertId(session);
  }
}

void TakenMessages::insert(Poco::Data::Session& session, Batch& batch) const {
  for (const auto* message : batch.messages) {
    auto& conversation = batch.conversationOf(*message);
    Poco::Nullable<std::string> folded;
    Poco::Nullable<std::string> attributes;
    if (auto form = support::SearchIndex::storedForm(message->text); !form.empty()) folded = std::move(form);
    if (message->attributes != "{}") attributes = message->attributes;
    change(session,
           "INSERT INTO message (conversation_id, sender_id, created_at, lid, body, body_folded, attributes)"
           " VALUES (?, ?, ?, NULL, ?, ?, ?)",
           Poco::UInt64{conversation.id}, Poco::UInt64{message->senderId}, Poco::Int64{message->date}, message->text,
           folded, attributes);
    const std::uint64_t id = SqlWords(_database).insertId(session);
    batch.ids.push_back(id);
    conversation.newest = id;
    for (const std::uint64_t account : {message->senderId, message->receiverId}) {
      auto& newest = batch.accounts[account];
      newest = {id, std::max(newest.newestAt, message->date)};
    }
  }
}

void TakenMessages::addToSearch(Poco::Data::Session& session, const Batch& batch) const {
  std::vector<support::IndexedMessage> indexed;
  indexed.reserve(batch.messages.size());
  for (std::size_t i = 0; i < batch.messages.size(); ++i) {
    const TakenMessage& message = *batch.messages[i];
    indexed.push_back({batch.ids[i],
                       batch.conversationOf(message).id,
                       message.senderId,
                       {message.senderId, message.receiverId},
                       message.text,
                       message.attributes});
  }
  support::SearchIndex(_database).add(session, indexed);
}

void TakenMessages::count(Poco::Data::Session& session, const Batch& batch) const {
  for (const auto& [id, newest] : batch.accounts) {
    change(session,
           "UPDATE account SET last_message_id = ?, last_message_at = CASE WHEN last_message_at < ? THEN ? ELSE"
           " last_message_at END WHERE id = ?",
           Poco::UInt64{newest.newest}, Poco::Int64{newest.newestAt}, Poco::Int64{newest.newestAt}, Poco::UInt64{id});
  }
  const std::string upsert =
      "INSERT INTO member (conversation_id, account_id, sent_count, last_message_id) VALUES (?, ?, ?, ?)" +
      SqlWords(_database).orMerge("conversation_id, account_id", {{"sent_count", SqlWords::Merge::Add},
                                                                  {"last_message_id", SqlWords::Merge::Replace}});
  for (const auto& [pair, conversation] : batch.conversations) {
    change(session, "UPDATE conversation SET message_count = message_count + ?, last_message_id = ? WHERE id = ?",
           Poco::UInt64{conversation.count}, Poco::UInt64{conversation.newest}, Poco::UInt64{conversation.id});
    for (const auto& [account, sent] : conversation.sent) {
      change(session, upsert, Poco::UInt64{conversation.id}, Poco::UInt64{account}, Poco::UInt64{sent},
             Poco::UInt64{conversation.newest});
    }
    if (_markRead && pair.first != pair.second) markRead(session, conversation.id);
  }
}

void TakenMessages::markRead(Poco::Data::Session& session, std::uint64_t conversation) const {
  change(session,
         "INSERT INTO receipt (account_id, conversation_id, delivered_id, read_id, read_count)"
         " SELECT m.account_id, c.id, c.last_message_id, c.last_message_id,"
         " c.message_count + c.removed_count - m.sent_count - m.removed_count"
         " FROM conversation c JOIN member m ON m.conversation_id = c.id WHERE c.id = ?" +
             SqlWords(_database).orMerge("account_id, conversation_id", {{"delivered_id", SqlWords::Merge::Raise},
                                                                         {"read_id", SqlWords::Merge::Raise},
                                                                         {"read_count", SqlWords::Merge::Raise}}),
         Poco::UInt64{conversation});
}

}  // namespace chat::archive
