#pragma once

#include "engineio/transport/TransportType.h"

namespace chat::engineio {

/// A session's packets in the answers and bodies of HTTP requests (long-polling): the client has a GET under way all
/// the time, which is answered at the end of the turn that has something for it, and sends by POST.
const TransportType& pollingTransport() noexcept;

}  // namespace chat::engineio
