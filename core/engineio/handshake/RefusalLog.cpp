#include "engineio/handshake/RefusalLog.h"

#include <Poco/Logger.h>

#include <string>

#include "base/JsonText.h"
#include "base/LogValue.h"

namespace chat::engineio {

std::string bodyOf(RefusalCause cause, std::string_view message) {
  const auto& text = textOf(cause);
  std::string body = "{\"code\":" + std::to_string(text.code) + ",\"message\":\"";
  base::appendJsonEscaped(body, message.empty() ? text.message : message);
  return body += "\"}";
}

void RefusalLog::refused(http::Exchange& exchange, RefusalCause cause) {
  _counts[static_cast<std::size_t>(cause)].fetch_add(1, std::memory_order_relaxed);
  const auto left = _throttle.pass(exchange.loop().now());
  if (!left) return;
  const auto& text = textOf(cause);
  std::string line = "handshake refused code=" + std::to_string(text.code) + " message=\"" + std::string(text.message) +
                     "\" name=" + std::string(text.name) + " method=" + base::logValue(exchange.request().method) +
                     " address=" + base::logValue(exchange.clientAddress()) + " suppressed=" + std::to_string(*left);
  if (cause == RefusalCause::TransportHandshake) {
    line += " (a WebSocket was asked for without Upgrade and Connection: a proxy in front drops them)";
  }
  poco_information(Poco::Logger::get("engineio"), line);
}

}  // namespace chat::engineio
