#include "engineio/RefusalLog.h"

#include <Poco/Logger.h>

#include <string>

namespace chat::engineio {

void RefusalLog::refused(http::Exchange& exchange, HandshakeError error, std::string_view name) {
  _counts[static_cast<std::size_t>(error)].fetch_add(1, std::memory_order_relaxed);
  const auto left = _throttle.pass(exchange.loop().now());
  if (!left) return;
  std::string line = "handshake refused code=" + std::to_string(static_cast<int>(error)) + " message=\"" +
                     std::string(textOf(error)) + '"';
  if (!name.empty()) line += " name=" + std::string(name);
  line += " method=" + std::string(exchange.request().method) + " address=" + exchange.clientAddress() +
          " suppressed=" + std::to_string(*left);
  if (name == "TRANSPORT_HANDSHAKE_ERROR") {
    line += " (a WebSocket was asked for without Upgrade and Connection: a proxy in front drops them)";
  }
  poco_information(Poco::Logger::get("engineio"), line);
}

}  // namespace chat::engineio
