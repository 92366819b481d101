#pragma once

#include <cstdint>
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
  std::uint64_t peerId = 0;
  support::ChatMessage last;
  std::uint64_t unread = 0;
  Watermarks own;
  Watermarks peers;
};

/// Reads the tables `conversation`, `receipt` and `message`. Thread: any that may block.
class ConversationStore {
 public:
  struct Page {
    std::vector<Conversation> conversations;  ///< the one with the newest message first
    bool isLast = true;
  };

  explicit ConversationStore(data::Database& database) : _database(database) {}

  /// The `rows` conversations of the account whose newest message has the highest ids below `before`: two ranges of an
  /// index, with the same cost at any depth and for any number of conversations.
  Page pageBefore(std::uint64_t accountId, std::uint64_t before, std::uint64_t rows);

 private:
  void readConversations(Poco::Data::Session& session, std::uint64_t accountId, std::uint64_t before,
                         std::uint64_t limit, std::vector<Conversation>& conversations);
  void readLastMessages(Poco::Data::Session& session, std::vector<Conversation>& conversations);

  data::Database& _database;
};

}  // namespace chat::conversations
