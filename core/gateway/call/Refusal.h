#pragma once

#include <Poco/Logger.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/call/PluginCall.h"

namespace chat::gateway {

/// What a client is told of a call that failed.
struct Refusal {
  int code = 500;
  std::string detail;
  std::optional<std::uint32_t> retryAfterSeconds;
  std::string data{};  ///< ConnectRefusal's own, JSON text
};

/// A fault is logged with an id, and the client is told that id and nothing else. Of the same fault in the same event,
/// or of a database that is away, the log has one line a second.
Refusal explain(const plugin::CallFailure& failure, std::string_view what, Poco::Logger& logger);

}  // namespace chat::gateway
