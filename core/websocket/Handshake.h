#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/Message.h"
#include "websocket/ExtensionOffers.h"

namespace chat::websocket {

/// Why a request is not a valid opening handshake (RFC 6455, section 4.2.1).
enum class HandshakeError {
  NotAnUpgrade,    ///< not `GET` with `Connection: upgrade` and `Upgrade: websocket`
  BadKey,          ///< `Sec-WebSocket-Key` is not 16 bytes in base64
  VersionUnknown,  ///< another version than 13: answered 426 with the supported one
  BadExtensions,   ///< `Sec-WebSocket-Extensions` is no list of extensions
  BadSubprotocol,  ///< `Sec-WebSocket-Protocol` is no list of names, each once
};

std::optional<HandshakeError> check(const http::Request& request);

/// The subprotocols that a client offers, in its order of preference; empty if `check` found an error. Views of the
/// request.
std::vector<std::string_view> offeredSubprotocols(const http::Request& request);

/// The extensions that a client offers; empty if `check` found an error.
std::vector<ExtensionOffer> offeredExtensions(const http::Request& request);

/// The fields of the 101 answer for a request in which `check` found no error. An empty argument means none.
std::vector<http::Field> acceptFields(const http::Request& request, std::string_view subprotocol = {},
                                      std::string_view extension = {});

/// `Sec-WebSocket-Accept` for a key.
std::string acceptKey(std::string_view key);

/// The answer to a request that is no valid handshake.
http::Response refusal(HandshakeError error);

}  // namespace chat::websocket
