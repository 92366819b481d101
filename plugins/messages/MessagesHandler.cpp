#include "messages/MessagesHandler.h"

#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/Document.h"
#include "support/RequireIdentity.h"
#include "support/Text.h"

namespace chat::messages {
namespace {

constexpr std::size_t MaxLidCharacters = 64;

std::optional<std::string> readLid(const support::Document& document) {
  const support::Member member = document.data().member("lid");
  if (!member.isPresent()) return std::nullopt;
  const std::string_view lid = member.text();
  if (lid.empty() || support::countCharacters(lid) > MaxLidCharacters) member.refuse("must have 1 to 64 characters");
  return std::string(lid);
}

std::string readReceiver(const support::Member& message) {
  const support::Member member = message.member("rid");
  const std::string_view rid = member.text();
  if (rid.empty()) member.refuse("must not be empty");
  // An invalid name has no account, and an erased one reads nothing; the database isn't queried for it.
  if (!support::isAccountName(rid) || support::isErasedName(rid)) throw plugin::AppError(404, "There is no such user");
  return support::accountKey(rid);
}

}  // namespace

MessagesHandler::MessagesHandler(data::Database& database, MessageFeed& feed, const base::Clock& clock,
                                 const Settings& settings)
    : _store(database), _feed(feed), _clock(clock), _settings(settings), _limiter(clock, settings.rate) {}

// The answer follows when the message is durable; no thread waits for it.
void MessagesHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const plugin::Identity& sender = support::requireIdentity(request.caller());
  NewMessage message = read(request, sender);
  if (const std::uint32_t seconds = _limiter.secondsToWait(sender.user.value); seconds > 0) {
    throw plugin::AppError(429, "Too many messages: try again in " + std::to_string(seconds) + " s", seconds);
  }
  const auto pending = reply.later();
  _store.add(std::move(message), support::toMillis(_clock.wallTime()),
             {[this, pending](const StoredMessage& stored) { answer(stored, pending); },
              [pending](std::exception_ptr reason) { pending->fail(std::move(reason)); }});
}

void MessagesHandler::answer(const StoredMessage& stored, const std::shared_ptr<plugin::PendingReply>& pending) const {
  std::string document = support::messageDocument(stored.message, support::ShowLid::Yes);
  if (stored.isRepeat) {
    pending->reply().answer(0, document);
    pending->send();
    return;
  }
  // The asking socket has got the event by then, with the sender's other sockets.
  const auto acknowledge = [pending, document = std::move(document)] {
    pending->reply().acknowledge(0, document);
    pending->send();
  };
  _feed.stored(stored.message,
               {acknowledge, [pending](std::exception_ptr reason) { pending->fail(std::move(reason)); }});
}

NewMessage MessagesHandler::read(const plugin::Request& request, const plugin::Identity& sender) const {
  const support::Document document(request.document());
  document.requireType("msg");
  const support::Member message = document.data().member("message");
  (void)message.object();

  NewMessage read;
  read.senderId = support::accountId(sender);
  read.senderKey = support::accountKey(sender.name);
  if (const support::Member sid = message.member("sid");
      sid.isPresent() && !support::isSameAccount(sid.text(), sender.name)) {
    throw plugin::AppError(403, "data.message.sid must be the user who is logged in");
  }
  read.lid = readLid(document);
  if (const support::Member text = message.member("message_data"); text.isPresent()) {
    read.text = text.text();
    if (support::countCharacters(read.text) > _settings.textCharacters) {
      text.refuseAsTooLarge("must have at most " + std::to_string(_settings.textCharacters) + " characters");
    }
  }
  read.attributes = support::readAttributes(document, _settings.attributes);
  if (read.text.empty() && read.attributes == "{}") message.refuse("needs a message_data or an attribute");
  read.receiverKey = readReceiver(message);
  return read;
}

}  // namespace chat::messages
