#include "conversations/ConversationStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>

#include "support/MessageRows.h"
#include "support/OwnConversations.h"
#include "support/SqlWords.h"

namespace chat::conversations {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::uint64_t AboveAll = std::numeric_limits<Poco::Int64>::max();

}  // namespace

ConversationStore::Page ConversationStore::pageBefore(std::uint64_t accountId, std::uint64_t before,
                                                      std::uint64_t rows) {
  Page page;
  _database.read([&](Poco::Data::Session& session) {
    page = {};
    // One more row shows whether there is a next page.
    readConversations(session, accountId, std::min(before, AboveAll), rows + 1, page.conversations);
    if (page.conversations.size() > rows) {
      page.conversations.pop_back();
      page.next = page.conversations.back().position;
    }
    if (!page.conversations.empty()) readLastMessages(session, page.conversations);
  });
  return page;
}

void ConversationStore::readConversations(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t before,
                                          std::uint64_t limit, std::vector<Conversation>& conversations) {
  Poco::UInt64 account = accountId;
  Poco::UInt64 id = 0;
  Poco::UInt64 lo = 0;
  Poco::UInt64 hi = 0;
  Poco::UInt64 position = 0;
  Poco::UInt64 all = 0;
  Poco::UInt64 sent = 0;
  Poco::UInt64 readCount = 0;
  Watermarks own;
  Watermarks peers;
  const support::SqlWords sql(_database);
  Poco::Data::Statement select(session);
  select << sql.selectInOrder()
         << " c.id, c.lo_id, c.hi_id, page.last_message_id, c.message_count + c.removed_count,"
            " me.sent_count + me.removed_count,"
            " COALESCE(own.read_count, 0), COALESCE(own.delivered_id, 0), COALESCE(own.read_id, 0),"
            " COALESCE(peers.delivered_id, 0), COALESCE(peers.read_id, 0) FROM ("
         << support::OwnConversations(_database, accountId).newestFirst(before, limit)
         << ") page JOIN conversation c ON c.id = page.id"
            " JOIN member me ON me.conversation_id = c.id AND me.account_id = ?"
            " LEFT JOIN receipt own ON own.account_id = ? AND own.conversation_id = c.id"
            " LEFT JOIN receipt peers ON peers.account_id = CASE WHEN c.lo_id = ? THEN c.hi_id ELSE c.lo_id END"
            " AND peers.conversation_id = c.id"
            " ORDER BY page.last_message_id DESC",
      use(account), use(account), use(account), into(id), into(lo), into(hi), into(position), into(all), into(sent),
      into(readCount), into(own.delivered), into(own.read), into(peers.delivered), into(peers.read), range(0, 1);
  while (!select.done() && select.execute() > 0) {
    Conversation conversation;
    conversation.id = id;
    conversation.peerId = lo == accountId ? hi : lo;
    conversation.position = position;
    if (conversation.peerId == accountId) {  // messages to oneself are read
      conversation.own = conversation.peers = {position, position};
    } else {
      const std::uint64_t ofPeer = all > sent ? all - sent : 0;
      conversation.unread = ofPeer > readCount ? ofPeer - readCount : 0;
      conversation.own = own;
      conversation.peers = peers;
    }
    conversations.push_back(std::move(conversation));
  }
}

// The newest message of a conversation may have been removed, or all of them: then the row says where it was.
void ConversationStore::readLastMessages(Poco::Data::Session& session, std::vector<Conversation>& conversations) {
  std::string ids;
  for (const Conversation& conversation : conversations) {
    ids += (ids.empty() ? "" : ", ") + std::to_string(conversation.position);
  }
  Poco::Data::Statement select(session);
  select << support::selectMessages(_database) << "message m" << support::MessageJoins << "WHERE m.id IN (" << ids
         << ")";
  std::unordered_map<std::uint64_t, support::ChatMessage> byId;
  for (support::ChatMessage& message : support::readMessages(select)) byId.emplace(message.id, std::move(message));
  std::erase_if(conversations, [&](Conversation& conversation) {
    if (const auto found = byId.find(conversation.position); found != byId.end()) {
      conversation.last = std::move(found->second);
      return false;
    }
    auto newest = newestOf(session, conversation.id);
    if (newest) conversation.last = *std::move(newest);
    return !newest;
  });
}

std::optional<support::ChatMessage> ConversationStore::newestOf(Poco::Data::Session& session,
                                                                std::uint64_t conversationId) {
  Poco::UInt64 id = conversationId;
  Poco::Data::Statement select(session);
  select << support::selectMessages(_database) << "(SELECT id FROM message"
         << support::SqlWords(_database).byIndex("message_conversation")
         << " WHERE conversation_id = ? ORDER BY id DESC LIMIT 1) newest JOIN message m ON m.id = newest.id"
         << support::MessageJoins,
      use(id);
  auto messages = support::readMessages(select);
  if (messages.empty()) return std::nullopt;
  return std::move(messages.front());
}

}  // namespace chat::conversations
