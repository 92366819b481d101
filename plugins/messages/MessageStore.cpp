#include "messages/MessageStore.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "messages/MessageWriter.h"
#include "support/MessageRows.h"
#include "support/SqlWords.h"

namespace chat::messages {

using namespace Poco::Data::Keywords;

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

std::vector<support::ChatMessage> MessageStore::after(std::uint64_t accountId, std::uint64_t position, unsigned limit) {
  std::vector<support::ChatMessage> messages;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 account = accountId;
    Poco::Int64 from = static_cast<Poco::Int64>(
        std::min<std::uint64_t>(position, static_cast<std::uint64_t>(std::numeric_limits<Poco::Int64>::max())));
    Poco::UInt32 count = limit;
    // Two index ranges, each limited to the page; an OR would read all messages of the account. MySQL must be told to
    // use the sender's index: it may choose the one with the lid, which isn't in the order of the ids.
    const support::SqlWords sql(_database);
    Poco::Data::Statement select(session);
    select << support::selectMessages(_database) << "(SELECT id FROM (SELECT id FROM message"
           << sql.byIndex("message_sender")
           << " WHERE sender_id = ? AND id > ? ORDER BY id LIMIT ?) sent"
              " UNION SELECT id FROM (SELECT id FROM message"
           << sql.byIndex("message_receiver")
           << " WHERE receiver_id = ? AND id > ? ORDER BY id LIMIT ?) got"
              " ORDER BY id LIMIT ?) page JOIN message m ON m.id = page.id"
           << support::MessageJoins << "ORDER BY m.id",
        use(account), use(from), use(count), use(account), use(from), use(count), use(count);
    messages = support::readMessages(select);
  });
  return messages;
}

std::uint64_t MessageStore::newestId(std::uint64_t accountId) {
  Poco::UInt64 newest = 0;
  _database.read([&](Poco::Data::Session& session) {
    Poco::UInt64 account = accountId;
    Poco::Data::Statement select(session);
    select << "SELECT COALESCE(MAX(id), 0) FROM (SELECT MAX(id) AS id FROM message WHERE sender_id = ?"
              " UNION ALL SELECT MAX(id) FROM message WHERE receiver_id = ?) newest",
        use(account), use(account), into(newest);
    select.execute();
  });
  return newest;
}

}  // namespace chat::messages
