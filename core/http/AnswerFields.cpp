#include "http/AnswerFields.h"

#include <algorithm>
#include <array>

#include "http/Text.h"

namespace chat::http {
namespace {

constexpr std::array<std::string_view, 12> Reserved{
    "Connection",       "Keep-Alive",    "Proxy-Connection", "TE",   "Trailer",     "Transfer-Encoding", "Upgrade",
    "Content-Encoding", "Cache-Control", "Content-Length",   "Date", "Content-Type"};
constexpr std::string_view WebSocketField = "Sec-WebSocket-";

}  // namespace

bool isAddable(std::string_view name) noexcept {
  if (name.empty() || !std::all_of(name.begin(), name.end(), isTokenCharacter)) return false;
  if (equalsIgnoringCase(name.substr(0, WebSocketField.size()), WebSocketField)) return false;
  return std::none_of(Reserved.begin(), Reserved.end(),
                      [name](std::string_view reserved) { return equalsIgnoringCase(name, reserved); });
}

bool isFieldValue(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7F);
  });
}

void setField(std::vector<Field>& fields, std::string_view name, std::string_view value) {
  if (!equalsIgnoringCase(name, "Set-Cookie")) {
    std::erase_if(fields, [name](const Field& field) { return equalsIgnoringCase(field.first, name); });
  }
  fields.emplace_back(name, value);
}

}  // namespace chat::http
