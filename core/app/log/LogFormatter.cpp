#include "app/log/LogFormatter.h"

#include <Poco/DateTimeFormatter.h>
#include <Poco/JSONString.h>

#include <array>

namespace chat::app {
namespace {

std::string_view nameOf(Poco::Message::Priority priority) {
  static constexpr std::array<std::string_view, 9> Names{"none",   "fatal",       "critical", "error", "warning",
                                                         "notice", "information", "debug",    "trace"};
  const auto index = static_cast<std::size_t>(priority);
  return index < Names.size() ? Names[index] : Names[0];
}

void appendEscaped(std::string& text, std::string_view raw) {
  static constexpr std::string_view Hex = "0123456789abcdef";
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7f) {
      text += c;
    } else if (c == '\n') {
      text += "\\n";
    } else {
      text += "\\x";
      text += Hex[byte >> 4U];
      text += Hex[byte & 0xfU];
    }
  }
}

}  // namespace

void LogFormatter::format(const Poco::Message& message, std::string& text) {
  const auto time = Poco::DateTimeFormatter::format(message.getTime(), "%Y-%m-%dT%H:%M:%S.%iZ");
  const auto level = nameOf(message.getPriority());
  if (_style == Style::Json) {
    text = R"({"time":")" + time + R"(","level":")" + std::string(level) + R"(","logger":)" +
           Poco::toJSON(message.getSource()) + R"(,"message":)" + Poco::toJSON(message.getText()) + '}';
    return;
  }
  text = time + ' ' + std::string(level) + ' ' + message.getSource() + ' ';
  appendEscaped(text, message.getText());
}

}  // namespace chat::app
