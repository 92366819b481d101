#pragma once

#include "engineio/transport/TransportType.h"

namespace chat::engineio {

/// A session's packets as the messages of a WebSocket. Polling sessions may be upgraded to it.
const TransportType& webSocketTransport() noexcept;

}  // namespace chat::engineio
