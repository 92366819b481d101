#include "socketio/PacketFlaw.h"

#include <simdjson.h>

#include <algorithm>
#include <array>

#include "base/JsonText.h"
#include "socketio/Placeholders.h"

namespace chat::socketio {
namespace {

bool areJsonValues(std::string_view args) noexcept {
  if (args.empty()) return true;  // white space alone is invalid: the packet would have a comma before it
  std::size_t at = base::skipJsonSpace(args);
  for (;;) {
    at = base::skipJsonValue(args, at);
    if (at == std::string_view::npos) return false;
    at = base::skipJsonSpace(args, at);
    if (at == args.size()) return true;
    if (args[at] != ',') return false;
    at = base::skipJsonSpace(args, at + 1);
  }
}

}  // namespace

std::string_view describe(PacketFlaw flaw) noexcept {
  switch (flaw) {
    case PacketFlaw::ReservedName:
      return "the event's name is reserved by the clients";
    case PacketFlaw::NotUtf8:
      return "the event's name or the arguments are not UTF-8";
    case PacketFlaw::NotJson:
      return "the arguments are not JSON values with commas between them";
    case PacketFlaw::TooManyAttachments:
      return "there are more attachments than socketio.maxAttachments";
    case PacketFlaw::StrayPlaceholder:
      return "a placeholder names none of the attachments";
  }
  return "unknown flaw";
}

std::optional<PacketFlaw> flawOfArgs(std::string_view args, std::size_t attachments, const PacketRules& rules) {
  if (!isUtf8(args)) return PacketFlaw::NotUtf8;
  if (!areJsonValues(args)) return PacketFlaw::NotJson;
  if (attachments > rules.maxAttachments) return PacketFlaw::TooManyAttachments;
  if (attachments > 0 && rules.parser == Parser::Default && !placeholdersFit(args, attachments)) {
    return PacketFlaw::StrayPlaceholder;
  }
  return std::nullopt;
}

std::optional<PacketFlaw> flawOfEvent(std::string_view name, std::string_view args, std::size_t attachments,
                                      const PacketRules& rules) {
  if (isReserved(name)) return PacketFlaw::ReservedName;
  if (!isUtf8(name)) return PacketFlaw::NotUtf8;
  return flawOfArgs(args, attachments, rules);
}

bool isReserved(std::string_view name) noexcept {
  static constexpr std::array<std::string_view, 6> Reserved = {"connect",       "connect_error", "disconnect",
                                                               "disconnecting", "newListener",   "removeListener"};
  return std::find(Reserved.begin(), Reserved.end(), name) != Reserved.end();
}

bool isUtf8(std::string_view text) noexcept {
  return simdjson::validate_utf8(text.data(), text.size());
}

bool isJsonText(std::string_view text) noexcept {
  const std::size_t end = base::skipJsonValue(text, base::skipJsonSpace(text));
  return end != std::string_view::npos && base::skipJsonSpace(text, end) == text.size() && isUtf8(text);
}

}  // namespace chat::socketio
