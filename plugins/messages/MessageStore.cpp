#include "messages/MessageStore.h"

#include <utility>

#include "messages/MessageWriter.h"

namespace chat::messages {

/// A message whose sender waits to be told.
class MessageStore::Entry final : public MessageEntry {
 public:
  Entry(NewMessage message, support::Millis now, Told told, std::shared_ptr<UnknownLids> unknown)
      : MessageEntry(std::move(message), now), _told(std::move(told)), _unknown(std::move(unknown)) {}

  void committed() override {
    if (message().lid) _unknown->forget(message().senderId, *message().lid);
    _told.stored(result);
  }
  void failed(std::exception_ptr reason) override {
    if (message().lid) reason = withDoubt(std::move(reason));
    _told.failed(std::move(reason));
  }

 private:
  /// This attempt may have stored nothing, but an earlier one with this lid may have.
  std::exception_ptr withDoubt(std::exception_ptr reason) {
    try {
      std::rethrow_exception(reason);
    } catch (const data::CommitInDoubt&) {
      _unknown->remember(message().senderId, *message().lid);
    } catch (const data::Unavailable& error) {
      if (_unknown->has(message().senderId, *message().lid)) {
        return std::make_exception_ptr(data::CommitInDoubt(error.what()));
      }
    } catch (...) {  // NOLINT(bugprone-empty-catch): a refusal is the answer
    }
    return reason;
  }

  const Told _told;
  const std::shared_ptr<UnknownLids> _unknown;
};

MessageStore::MessageStore(data::Database& database)
    : _database(database),
      _writer(std::make_shared<MessageWriter>(database)),
      _unknown(std::make_shared<UnknownLids>()) {}

MessageStore::~MessageStore() = default;

void MessageStore::add(NewMessage message, support::Millis now, Told told) {
  const auto sender = message.senderId;
  const auto lid = message.lid;
  try {
    _database.commitBatched(_writer, std::make_unique<Entry>(std::move(message), now, std::move(told), _unknown));
  } catch (const data::Unavailable& error) {
    if (lid && _unknown->has(sender, *lid)) throw data::CommitInDoubt(error.what());
    throw;
  }
}

}  // namespace chat::messages
