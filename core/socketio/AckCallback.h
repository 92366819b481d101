#pragma once

#include <span>
#include <string_view>

#include "base/UniqueFunction.h"

namespace chat::socketio {

/// How an acknowledgement that was asked for came out.
enum class AckOutcome {
  Came,
  TimedOut,
  Disconnected,
  Refused,  ///< not asked: Options::maxPendingAcksPerSocket are awaited already
};

/// `args` and `attachments` are valid during the call, empty unless the acknowledgement came.
using AckCallback =
    base::UniqueFunction<void(AckOutcome, std::string_view args, std::span<const std::string_view> attachments)>;

}  // namespace chat::socketio
