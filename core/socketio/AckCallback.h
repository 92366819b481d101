#pragma once

#include <span>
#include <string_view>

#include "base/UniqueFunction.h"

namespace chat::socketio {

/// How waiting for a client's acknowledgement ended.
enum class AckOutcome {
  Came,
  TimedOut,
  Disconnected,
  Refused,  ///< not sent: Options::maxPendingAcksPerSocket are awaited already
};

/// `args` and `attachments` are valid during the call, and empty if no acknowledgement came.
using AckCallback =
    base::UniqueFunction<void(AckOutcome, std::string_view args, std::span<const std::string_view> attachments)>;

}  // namespace chat::socketio
