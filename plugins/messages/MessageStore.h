#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/Database.h"
#include "messages/UnknownLids.h"
#include "support/ChatMessage.h"

namespace chat::messages {

struct NewMessage {
  std::uint64_t senderId = 0;
  std::string senderKey;    ///< support::accountKey() of the sender's name
  std::string receiverKey;  ///< support::accountKey() of the receiver's name
  std::string text;
  std::string attributes = "{}";
  std::optional<std::string> lid;
};

/// The tables `message` and `conversation`. Thread: any that may block.
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

  /// The oldest messages to or from the account with an id above `position`, in the order of their ids.
  std::vector<support::ChatMessage> after(std::uint64_t accountId, std::uint64_t position, unsigned limit);
  /// The id of the account's newest message, 0 for none.
  std::uint64_t newestId(std::uint64_t accountId);

 private:
  struct Parties;

  Added addOrFind(const NewMessage& message, support::Millis now, const Committed& committed);
  Added addOnce(const NewMessage& message, support::Millis now, const Committed& committed);
  Parties lockParties(Poco::Data::Session& session, const NewMessage& message);
  Added insert(Poco::Data::Session& session, const NewMessage& message, support::Millis now);
  std::optional<support::ChatMessage> findByLid(std::uint64_t senderId, const std::string& lid);
  support::Millis dateOf(support::Millis now, const Parties& parties);

  data::Database& _database;
  UnknownLids _unknown;
  std::atomic<support::Millis> _newestDate{0};
};

}  // namespace chat::messages
