#include "messages/ReplayHandler.h"

#include <boost/json/value.hpp>
#include <optional>
#include <vector>

#include "messages/MissedMessages.h"
#include "support/Document.h"
#include "support/Position.h"
#include "support/RequireIdentity.h"

namespace chat::messages {
namespace {

// Few enough to keep in memory, many enough that reading a page costs little.
constexpr unsigned MessagesPerPage = 100;

/// The client's position; nothing if it sends none. Throws AppError 400.
std::optional<std::uint64_t> positionOf(std::string_view auth) {
  const support::Document document(auth);
  const support::Member since = document.root().member("since");
  if (!since.isPresent()) return std::nullopt;
  return support::readPosition(since);
}

}  // namespace

void ReplayHandler::connect(plugin::Admission& admission) {
  if (!positionOf(admission.auth())) return;
  (void)support::accountId(support::requireIdentity(admission.caller()));
  admission.holdEmits();
}

void ReplayHandler::connected(const plugin::Caller& caller, std::string_view auth, plugin::Replay& replay) {
  const plugin::Identity* identity = caller.identity();
  const std::optional<std::uint64_t> since = positionOf(auth);
  if (identity == nullptr || !since) {  // the token expired a moment ago
    replay.release();
    return;
  }
  send(*identity, *since, replay);
}

void ReplayHandler::send(const plugin::Identity& to, std::uint64_t position, plugin::Replay& replay) {
  const std::uint64_t account = support::accountId(to);
  MissedMessages missed(_database, account, position);
  do {
    for (;;) {
      const std::vector<support::ChatMessage> page = missed.next(MessagesPerPage);
      if (page.empty()) break;
      for (const support::ChatMessage& message : page) {
        const auto showLid = message.senderId == account ? support::ShowLid::Yes : support::ShowLid::No;
        if (!replay.emit("messages", support::messageDocument(message, showLid), message.id)) return;
      }
    }
  } while (!replay.releaseAt(missed.position()));
}

}  // namespace chat::messages
