#include "gateway/emission/Sendable.h"

#include <stdexcept>
#include <string>

namespace chat::gateway {

void Sendable::requireEvent(std::string_view event, std::string_view args, std::size_t attachments) const {
  if (const auto flaw = socketio::flawOfEvent(event, args, attachments, _rules)) {
    throw std::invalid_argument("the event \"" + std::string(event) +
                                "\" is not sent: " + std::string(socketio::describe(*flaw)));
  }
}

void Sendable::requireArgs(std::string_view args, std::size_t attachments) const {
  if (const auto flaw = socketio::flawOfArgs(args, attachments, _rules)) {
    throw std::invalid_argument("the acknowledgement is not sent: " + std::string(socketio::describe(*flaw)));
  }
}

void Sendable::requireDocument(std::string_view document) {
  if (!socketio::isJsonText(document)) throw std::invalid_argument("the answer is not sent: it is no JSON document");
}

}  // namespace chat::gateway
