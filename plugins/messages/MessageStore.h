#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>

#include "data/Database.h"
#include "messages/NewMessage.h"
#include "messages/UnknownLids.h"

namespace chat::messages {

/// Stores messages with their conversations and members; MissedMessages reads them. Thread: any.
class MessageStore {
 public:
  /// How a message ended. Called once, on a thread of the database, and must not block; except that `stored` may still
  /// follow a `failed` with data::CommitInDoubt, as long as the store lives.
  struct Told {
    /// It is durable: called in the order in which messages got their ids.
    std::function<void(const StoredMessage&)> stored;
    /// Why it isn't: AppError 401 if the sender, 404 if the receiver has no account; data::Unavailable;
    /// data::CommitInDoubt if it isn't known whether the message, or an earlier one with its `lid`, was stored.
    std::function<void(std::exception_ptr)> failed;
  };

  explicit MessageStore(data::Database& database);
  ~MessageStore();

  /// Stores the message with the date `now`, or one just after the newest date of both users if that is later. Returns
  /// at once. Errors: data::Unavailable, then nobody is told.
  void add(NewMessage message, support::Millis now, Told told);

 private:
  class Entry;

  data::Database& _database;
  std::shared_ptr<data::BatchWriter> _writer;
  std::shared_ptr<UnknownLids> _unknown;
};

}  // namespace chat::messages
