#include <strings.h>

#include "engineio/api/Session.h"

namespace chat::engineio {

std::string_view Handshake::query() const noexcept {
  const auto mark = url.find('?');
  return mark == std::string::npos ? std::string_view() : std::string_view(url).substr(mark + 1);
}

std::string_view Handshake::field(std::string_view name) const noexcept {
  std::string_view rest = fields;
  while (!rest.empty()) {
    const auto end = rest.find("\r\n");
    const auto line = rest.substr(0, end);
    if (line.size() > name.size() + 1 && line[name.size()] == ':' &&
        strncasecmp(line.data(), name.data(), name.size()) == 0) {
      auto value = line.substr(name.size() + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      return value;
    }
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 2);
  }
  return {};
}

std::string_view name(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::TransportClose:
      return "transport close";
    case CloseReason::TransportError:
      return "transport error";
    case CloseReason::PingTimeout:
      return "ping timeout";
    case CloseReason::ParseError:
      return "parse error";
    case CloseReason::ForcedClose:
      return "forced close";
    case CloseReason::ServerShutdown:
      return "server shutting down";
  }
  return "transport error";
}

}  // namespace chat::engineio
