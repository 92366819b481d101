#include "archive/flask/TakenMessages.h"

#include <Poco/Nullable.h>

#include <algorithm>
#include <map>

#include "archive/Sql.h"
#include "archive/removal/AccountLocks.h"
#include "archive/removal/ConversationLocks.h"
#include "support/MessageOrder.h"
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
  std::vector<const TakenMessage*> messages;
  std::vector<std::uint64_t> ids;  ///< their new ones
  std::map<std::pair<std::uint64_t, std::uint64_t>, Conversation> conversations;

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
  const auto accounts = lockValidAccounts(session, messages);
  std::set<std::uint64_t> missing;
  Batch batch;
  for (const auto& message : messages) {
    if (!accounts.contains(message.senderId) || !accounts.contains(message.receiverId)) {
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
  countMembers(session, batch);
  insert(session, batch);
  addToSearch(session, batch);
  countConversations(session, batch);
  return missing;
}

// An erased account whose row is still needed by others is none.
std::set<std::uint64_t> TakenMessages::lockValidAccounts(Poco::Data::Session& session,
                                                         const std::vector<TakenMessage>& messages) const {
  std::set<std::uint64_t> ids;
  for (const auto& message : messages) ids.insert({message.senderId, message.receiverId});
  auto accounts = lockAccounts(_database, session, ids);
  if (accounts.empty()) return accounts;
  const auto erased = numbers<1>(
      session, "SELECT id FROM account WHERE id IN (" + listOf(accounts) + ") AND name_key LIKE 'deleted.%'");
  for (const auto& [id] : erased) accounts.erase(id);
  return accounts;
}

// Nobody else can create one of them meanwhile, but one may be removed until its row is locked.
void TakenMessages::findConversations(Poco::Data::Session& session, Batch& batch) const {
  std::set<std::uint64_t> ids;
  for (const auto& [pair, conversation] : batch.conversations) {
    const std::uint64_t id = support::findConversation(session, support::Pair(pair.first, pair.second));
    if (id != 0) ids.insert(id);
  }
  for (const auto& [id, pair] : lockConversations(_database, session, ids)) {
    batch.conversations.at({pair.lo, pair.hi}).id = id;
  }
  for (auto& [pair, conversation] : batch.conversations) {
    if (conversation.id != 0) continue;
    change(session,
           "INSERT INTO conversation (lo_id, hi_id, created_at, message_count, last_message_id) VALUES (?, ?, ?, 0, 0)",
           Poco::UInt64{pair.first}, Poco::UInt64{pair.second}, Poco::Int64{conversation.begin});
    conversation.id = SqlWords(_database).insertId(session);
  }
}

void TakenMessages::countMembers(Poco::Data::Session& session, const Batch& batch) const {
  const std::string upsert =
      "INSERT INTO member (conversation_id, account_id, sent_count) VALUES (?, ?, ?)" +
      SqlWords(_database).orMerge("conversation_id, account_id", {{"sent_count", SqlWords::Merge::Add}});
  for (const auto& [pair, conversation] : batch.conversations) {
    for (const auto& [account, sent] : conversation.sent) {
      change(session, upsert, Poco::UInt64{conversation.id}, Poco::UInt64{account}, Poco::UInt64{sent});
    }
  }
}

// All others who store messages wait from here on until the commit.
void TakenMessages::insert(Poco::Data::Session& session, Batch& batch) const {
  auto order = support::MessageOrder::lock(_database, session);
  for (const auto* message : batch.messages) {
    auto& conversation = batch.conversationOf(*message);
    Poco::Nullable<std::string> folded;
    Poco::Nullable<std::string> attributes;
    if (auto form = support::SearchIndex::storedForm(message->text); !form.empty()) folded = std::move(form);
    if (message->attributes != "{}") attributes = message->attributes;
    change(session,
           "INSERT INTO message (id, conversation_id, sender_id, created_at, lid, body, body_folded, attributes)"
           " VALUES (?, ?, ?, ?, NULL, ?, ?, ?)",
           Poco::UInt64{++order.newest}, Poco::UInt64{conversation.id}, Poco::UInt64{message->senderId},
           Poco::Int64{message->date}, message->text, folded, attributes);
    order.newestAt = std::max(order.newestAt, message->date);
    batch.ids.push_back(order.newest);
    conversation.newest = order.newest;
  }
  order.store(session);
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

void TakenMessages::countConversations(Poco::Data::Session& session, const Batch& batch) const {
  for (const auto& [pair, conversation] : batch.conversations) {
    change(session, "UPDATE conversation SET message_count = message_count + ?, last_message_id = ? WHERE id = ?",
           Poco::UInt64{conversation.count}, Poco::UInt64{conversation.newest}, Poco::UInt64{conversation.id});
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
