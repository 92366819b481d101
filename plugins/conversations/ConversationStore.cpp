#include "conversations/ConversationStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>

#include "support/MessageRows.h"
#include "support/SqlWords.h"

namespace chat::conversations {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::uint64_t AboveAll = std::numeric_limits<Poco::Int64>::max();

/// The newest of one half of a user's conversations: those in which the user is `side` and the other one is `peer`.
std::string half(const support::SqlWords& sql, const std::string& side, const std::string& peer,
                 const std::string& index, const std::string& condition) {
  return "SELECT * FROM (SELECT " + peer + " AS peer_id, last_message_id, " +
         (side == "lo_id" ? "message_count - lo_sent" : "lo_sent") + " AS of_peer FROM conversation" +
         sql.byIndex(index) + " WHERE " + side + " = ? AND last_message_id < ?" + condition +
         " ORDER BY last_message_id DESC LIMIT ?) " + side + "_half";
}

}  // namespace

ConversationStore::Page ConversationStore::pageBefore(std::uint64_t accountId, std::uint64_t before,
                                                      std::uint64_t rows) {
  Page page;
  _database.read([&](Poco::Data::Session& session) {
    page.conversations.clear();
    // One more row shows whether there is a next page.
    readConversations(session, accountId, std::min(before, AboveAll), rows + 1, page.conversations);
    page.isLast = page.conversations.size() <= rows;
    if (!page.isLast) page.conversations.pop_back();
    if (!page.conversations.empty()) readLastMessages(session, page.conversations);
  });
  return page;
}

void ConversationStore::readConversations(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t before,
                                          std::uint64_t limit, std::vector<Conversation>& conversations) {
  Poco::UInt64 account = accountId;
  Poco::UInt64 below = before;
  Poco::UInt64 count = limit;
  Poco::UInt64 peerId = 0;
  Poco::UInt64 lastId = 0;
  Poco::UInt64 ofPeer = 0;
  Poco::UInt64 readCount = 0;
  Poco::UInt64 delivered = 0;
  Poco::UInt64 read = 0;
  Poco::UInt64 peersDelivered = 0;
  Poco::UInt64 peersRead = 0;
  const support::SqlWords sql(_database);
  Poco::Data::Statement select(session);
  select << "SELECT page.peer_id, page.last_message_id, page.of_peer, COALESCE(own.read_count, 0),"
            " COALESCE(own.delivered_id, 0), COALESCE(own.read_id, 0), COALESCE(peers.delivered_id, 0),"
            " COALESCE(peers.read_id, 0) FROM ("
         << half(sql, "lo_id", "hi_id", "conversation_lo_newest", "") << " UNION ALL "
         << half(sql, "hi_id", "lo_id", "conversation_hi_newest", " AND lo_id <> hi_id")
         << " ORDER BY last_message_id DESC LIMIT ?) page"
            " LEFT JOIN receipt own ON own.account_id = ? AND own.peer_id = page.peer_id"
            " LEFT JOIN receipt peers ON peers.account_id = page.peer_id AND peers.peer_id = ?"
            " ORDER BY page.last_message_id DESC",
      use(account), use(below), use(count), use(account), use(below), use(count), use(count), use(account),
      use(account), into(peerId), into(lastId), into(ofPeer), into(readCount), into(delivered), into(read),
      into(peersDelivered), into(peersRead), range(0, 1);
  while (!select.done()) {
    if (select.execute() == 0) break;
    Conversation conversation;
    conversation.peerId = peerId;
    conversation.last.id = lastId;
    if (peerId == accountId) {  // messages to oneself are read
      conversation.own = conversation.peers = {lastId, lastId};
    } else {
      conversation.unread = ofPeer > readCount ? ofPeer - readCount : 0;
      conversation.own = {delivered, read};
      conversation.peers = {peersDelivered, peersRead};
    }
    conversations.push_back(std::move(conversation));
  }
}

void ConversationStore::readLastMessages(Poco::Data::Session& session, std::vector<Conversation>& conversations) {
  std::string ids;
  for (const Conversation& conversation : conversations) {
    ids += (ids.empty() ? "" : ", ") + std::to_string(conversation.last.id);
  }
  Poco::Data::Statement select(session);
  select << support::selectMessages(_database) << "message m" << support::MessageJoins << "WHERE m.id IN (" << ids
         << ")";
  std::unordered_map<std::uint64_t, support::ChatMessage> byId;
  for (support::ChatMessage& message : support::readMessages(select)) byId.emplace(message.id, std::move(message));
  for (Conversation& conversation : conversations) conversation.last = std::move(byId.at(conversation.last.id));
}

}  // namespace chat::conversations
