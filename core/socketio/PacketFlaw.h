#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "socketio/Parser.h"

namespace chat::socketio {

/// Why an official client would refuse a packet of the server, and end its connection.
enum class PacketFlaw {
  ReservedName,        ///< of an event that the client itself has: `connect`, `disconnect`, …
  NotUtf8,             ///< a WebSocket closes upon it
  NotJson,             ///< the arguments are no JSON values with commas between them
  TooManyAttachments,  ///< clients of today take ten, if they aren't told otherwise
  StrayPlaceholder,    ///< one that stands for none of the attachments
};

/// A sentence for whoever wanted to send it.
std::string_view describe(PacketFlaw flaw) noexcept;

/// What clients refuse depends on.
struct PacketRules {
  Parser parser = Parser::Default;
  std::size_t maxAttachments = 10;
};

/// What is wrong with the arguments of an event or an acknowledgement; nothing where every official client takes them.
std::optional<PacketFlaw> flawOfArgs(std::string_view args, std::size_t attachments, const PacketRules& rules);
/// The same of a whole event.
std::optional<PacketFlaw> flawOfEvent(std::string_view name, std::string_view args, std::size_t attachments,
                                      const PacketRules& rules);

/// Names that no event may have.
bool isReserved(std::string_view name) noexcept;
bool isUtf8(std::string_view text) noexcept;
/// Whether the text is one JSON value in UTF-8.
bool isJsonText(std::string_view text) noexcept;

}  // namespace chat::socketio
