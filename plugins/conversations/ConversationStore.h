#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/Database.h"
#include "support/ChatMessage.h"

namespace chat::conversations {

/// A user's positions in a conversation: message ids, 0 for none.
struct Watermarks {
  std::uint64_t delivered = 0;
  std::uint64_t read = 0;
};

/// A conversation as seen by one of its two users.
struct Conversation {
  std::uint64_t id = 0;
  std::uint64_t peerId = 0;
  std::uint64_t position = 0;  ///< its place in the list: the id of its newest message, also if that was removed
  support::ChatMessage last;   ///< the newest message that is there
  std::uint64_t unread = 0;
  Watermarks own;
  Watermarks peers;
};

/// Reads the tables `conversation`, `member`, `receipt` and `message`. Thread: any that may block.
class ConversationStore {
 public:
  struct Page {
    std::vector<Conversation> conversations;  ///< the one with the newest message first
    std::uint64_t next = 0;                   ///< what the next page is before; 0 if this is the last one
  };

  explicit ConversationStore(data::Database& database) : _database(database) {}

  /// The `rows` conversations of the account whose newest message has the highest ids below `before`: a range of an
  /// index, with the same cost at any depth and for any number of conversations. Those whose messages were all removed
  /// are left out.
  Page pageBefore(std::uint64_t accountId, std::uint64_t before, std::uint64_t rows);

 private:
  void readConversations(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t before,
                         std::uint64_t limit, std::vector<Conversation>& conversations);
  void readLastMessages(Poco::Data::Session& session, std::vector<Conversation>& conversations);
  std::optional<support::ChatMessage> newestOf(Poco::Data::Session& session, std::uint64_t conversationId);

  data::Database& _database;
};

}  // namespace chat::conversations
