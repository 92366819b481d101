#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat::websocket {

/// One extension that a client offers, with its parameters in the order of the header.
struct ExtensionOffer {
  struct Parameter {
    std::string name;
    std::optional<std::string> value;  ///< without quotes
  };
  std::string name;
  std::vector<Parameter> parameters;
};

/// Reads `Sec-WebSocket-Extensions` (RFC 6455, section 9.1), several fields joined with commas. Nothing if the text is
/// malformed; the handshake has to fail then.
std::optional<std::vector<ExtensionOffer>> parseExtensions(std::string_view text);

/// Reads `Sec-WebSocket-Protocol` (section 4.1): names that are tokens, each once. Nothing if it is malformed.
std::optional<std::vector<std::string_view>> parseSubprotocols(std::string_view text);

}  // namespace chat::websocket
