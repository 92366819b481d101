#pragma once

#include <string_view>
#include <vector>

#include "http/Exchange.h"
#include "websocket/Session.h"

namespace chat::websocket {

/// Answers a request that `check` found no fault with: 101, and its connection is a WebSocket, with permessage-deflate
/// where the options have it and the client offers it. `subprotocol`: one of those offered, or empty for none. The
/// exchange is gone afterwards; the connection owns the session.
Session& accept(http::Exchange& exchange, const Options& options, MessageSink* sink, std::string_view subprotocol);

}  // namespace chat::websocket
