#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "data/Database.h"
#include "messages/UnknownLids.h"
#include "support/ChatMessage.h"
#include "support/Pair.h"

namespace chat::messages {

struct NewMessage {
  std::uint64_t senderId = 0;
  std::string senderKey;    ///< support::accountKey() of the sender's name
  std::string receiverKey;  ///< support::accountKey() of the receiver's name
  std::string text;
  std::string attributes = "{}";
  std::optional<std::string> lid;
};

/// Stores messages with their conversations and members; MissedMessages reads them. Thread: any that may block.
class MessageStore {
 public:
  struct Added {
    support::ChatMessage message;
    std::uint64_t receiverId = 0;
    bool isRepeat = false;  ///< the sender has sent that `lid` before: `message` is the one stored then
  };
  using Committed = std::function<void(const Added&)>;

  explicit MessageStore(data::Database& database) : _database(database) {}

  /// Stores the message with the date `now` or the newest date of both users, if that is later. `committed` is called
  /// once it is durable, in the order in which the messages got their ids, and must not block; never for a repeat. It
  /// may be called after the call has thrown CommitInDoubt, as long as the store lives. Throws AppError: 401 if the
  /// sender, 404 if the receiver has no account; data::CommitInDoubt if it isn't known whether the message, or an
  /// earlier one with its `lid`, was stored.
  Added add(const NewMessage& message, support::Millis now, const Committed& committed);

 private:
  struct Parties;

  Added addOrFind(const NewMessage& message, support::Millis now, const Committed& committed);
  Added addOnce(const NewMessage& message, support::Millis now, const Committed& committed);
  Parties lockParties(Poco::Data::Session& session, const NewMessage& message);
  Added insert(Poco::Data::Session& session, const NewMessage& message, support::Millis now);
  std::uint64_t requireConversation(Poco::Data::Session& session, const support::Pair& pair, support::Millis date);
  std::uint64_t insertMessage(Poco::Data::Session& session, const NewMessage& message, std::uint64_t conversationId,
                              support::Millis date);
  std::optional<support::ChatMessage> findByLid(std::uint64_t senderId, const std::string& lid);
  support::Millis dateOf(support::Millis now, const Parties& parties);

  data::Database& _database;
  UnknownLids _unknown;
  std::atomic<support::Millis> _newestDate{0};
};

}  // namespace chat::messages
