#include "receipts/ReceiptsHandler.h"

#include <optional>
#include <string>

#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/Document.h"
#include "support/ExactJson.h"
#include "support/Position.h"
#include "support/RequireIdentity.h"

namespace chat::receipts {
namespace {

/// Unread counts are shown only to the reader.
enum class ShowUnread { No, Yes };

std::string document(const support::Account& reader, const support::Account& writer, const Receipt& receipt,
                     ShowUnread showUnread) {
  std::string json = R"({"data":{"type":"receipt","receipt":{"sid":)";
  support::appendJsonString(json, reader.name);
  json.append(R"(,"rid":)");
  support::appendJsonString(json, writer.name);
  json.append(R"(,"delivered":")").append(std::to_string(receipt.delivered));
  json.append(R"(","read":")").append(std::to_string(receipt.read)).append("\"");
  if (showUnread == ShowUnread::Yes) json.append(R"(,"unread":)").append(std::to_string(receipt.unread));
  json.append("}}}");
  return json;
}

struct Asked {
  std::string peer;
  bool ofPeer = false;  ///< asks for the other user's positions
  std::optional<std::uint64_t> delivered;
  std::optional<std::uint64_t> read;

  bool moves() const { return delivered || read; }
};

Asked readAsked(std::string_view text, const plugin::Identity& asker) {
  const support::Document document(text);
  document.requireType("receipt");
  const support::Member receipt = document.data().member("receipt");
  (void)receipt.object();
  const support::Member rid = receipt.member("rid");
  const support::Member sid = receipt.member("sid");
  Asked asked;
  asked.peer = rid.text();
  if (rid.text().empty()) rid.refuse("must not be empty");
  if (const auto member = receipt.member("delivered"); member.isPresent())
    asked.delivered = support::readPosition(member);
  if (const auto member = receipt.member("read"); member.isPresent()) asked.read = support::readPosition(member);
  if (sid.isPresent() && !support::isSameAccount(sid.text(), asker.name)) {
    if (asked.moves() || !support::isSameAccount(rid.text(), asker.name)) {
      throw plugin::AppError(403, asked.moves() ? "data.receipt.sid must be the user who is logged in"
                                                : "These are the receipts of others: data.receipt.sid or rid must be "
                                                  "the user who is logged in");
    }
    asked.peer = sid.text();
    asked.ofPeer = true;
  }
  return asked;
}

}  // namespace

ReceiptsHandler::ReceiptsHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock,
                                 const support::RateLimiter::Rate& rate, std::uint64_t reach)
    : _database(database), _store(database, reach), _emitter(emitter), _limiter(clock, rate) {}

void ReceiptsHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const plugin::Identity& identity = support::requireIdentity(request.caller());
  const support::Account asker{support::accountId(identity), identity.name};
  const Asked asked = readAsked(request.document(), identity);
  if (const std::uint32_t seconds = _limiter.secondsToWait(identity.user.value); seconds > 0) {
    throw plugin::AppError(429, "Too many receipts: try again in " + std::to_string(seconds) + " s", seconds);
  }
  const support::Account peer = support::requireAccount(_database, asked.peer);

  if (asked.ofPeer) {
    reply.answer(0, document(peer, asker, _store.find(peer.id, asker.id), ShowUnread::No));
  } else if (!asked.moves()) {
    reply.answer(0, document(asker, peer, _store.find(asker.id, peer.id), ShowUnread::Yes));
  } else {
    const ReceiptStore::Advanced advanced =
        _store.advance(asker.id, peer.id, asked.delivered.value_or(0), asked.read.value_or(0),
                       [this, asker, peer](const Receipt& receipt) { tell(asker, peer, receipt); });
    const std::string answer = document(asker, peer, advanced.receipt, ShowUnread::Yes);
    if (advanced.moved) {
      reply.acknowledge(0, answer);  // the asking socket has got the event with the user's other sockets
    } else {
      reply.answer(0, answer);
    }
  }
}

void ReceiptsHandler::tell(const support::Account& asker, const support::Account& peer, const Receipt& receipt) const {
  const auto emit = [&](const support::Account& to, ShowUnread showUnread) {
    _emitter.emit(plugin::Target::toUser(base::UserId{support::userOf(to.id)}), "receipts",
                  document(asker, peer, receipt, showUnread));
  };
  emit(asker, ShowUnread::Yes);
  emit(peer, ShowUnread::No);
}

}  // namespace chat::receipts
