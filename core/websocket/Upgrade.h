#pragma once

#include <string_view>
#include <vector>

#include "http/Exchange.h"
#include "websocket/Session.h"

namespace chat::websocket {

/// Answers 101 to a request in which `check` found no error, and makes its connection a WebSocket, with
/// permessage-deflate if the options allow it and the client offers it. `subprotocol`: one of those offered, or empty
/// for none. The exchange is destroyed by it; the connection owns the session.
Session& accept(http::Exchange& exchange, const Options& options, MessageSink* sink, std::string_view subprotocol);

}  // namespace chat::websocket
