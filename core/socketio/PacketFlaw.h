#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "socketio/Parser.h"

namespace chat::socketio {

/// Why an official client would reject a packet of the server and end its connection.
enum class PacketFlaw {
  ReservedName,        ///< the name of an event that clients emit locally: `connect`, `disconnect`, …
  NotUtf8,             ///< closes a WebSocket
  NotJson,             ///< the arguments are not JSON values with commas between them
  TooManyAttachments,  ///< by default, recent clients accept ten
  StrayPlaceholder,    ///< a placeholder that names none of the attachments
};

/// A sentence for the sender.
std::string_view describe(PacketFlaw flaw) noexcept;

/// What the client's checks depend on.
struct PacketRules {
  Parser parser = Parser::Default;
  std::size_t maxAttachments = 10;
};

/// What is wrong with the arguments of an event or an acknowledgement; nothing if every official client accepts them.
std::optional<PacketFlaw> flawOfArgs(std::string_view args, std::size_t attachments, const PacketRules& rules);
/// The same for a whole event.
std::optional<PacketFlaw> flawOfEvent(std::string_view name, std::string_view args, std::size_t attachments,
                                      const PacketRules& rules);

/// Whether no event may have this name.
bool isReserved(std::string_view name) noexcept;
bool isUtf8(std::string_view text) noexcept;
/// Whether the text is one JSON value in UTF-8.
bool isJsonText(std::string_view text) noexcept;

}  // namespace chat::socketio
