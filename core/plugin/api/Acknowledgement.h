#pragma once

// Since API 1.1.

#include <chrono>
#include <span>
#include <string_view>

#include "base/UniqueFunction.h"
#include "plugin/api/Execution.h"

namespace chat::plugin {

/// What one socket has answered. Views are valid as long as the AckResult.
struct AckAnswer {
  std::string_view socketId;
  std::string_view nsp;
  std::string_view args;  ///< JSON values separated by commas, perhaps none; a binary one is its placeholder
  std::span<const std::string_view> attachments;  ///< the bytes that the placeholders number
};

/// A socket that was asked and hasn't answered.
struct AckMissing {
  enum class Reason {
    TimedOut,  ///< the deadline has passed
    Left,      ///< it disconnected before it answered
    Refused,   ///< not asked: it owes `limits.pendingAcks` answers already; or its answer was dropped, as those of this
               ///< question have `limits.ackBytes` together
    Stopped,   ///< the plugin that asked is being taken out
  };
  std::string_view socketId;
  std::string_view nsp;
  Reason reason;
};

/// How a question came out. Owned by the server; immutable, thread: any.
class AckResult {
 public:
  virtual ~AckResult() = default;
  /// In the order in which they came.
  virtual std::span<const AckAnswer> answers() const noexcept = 0;
  virtual std::span<const AckMissing> missing() const noexcept = 0;
  /// Whether it was ended before every loop had said whom it asks: `missing()` may then lack some.
  virtual bool isCutShort() const noexcept = 0;
  /// Whether everybody who was asked has answered. True as well where nobody was there to be asked.
  bool isComplete() const noexcept { return missing().empty() && !isCutShort(); }
};

/// How to ask, how long to wait, and where the callback runs.
struct AskOptions {
  /// From 1 ms to `limits.ackTimeout`; what lies outside is taken for the nearer of them.
  std::chrono::milliseconds timeout{10'000};
  /// Worker: on the plugin's pool, where it may block. Inline: at once on the thread that heard the last answer, mostly
  /// a loop, which it mustn't hold up; different sockets' questions may then end at the same time on different loops.
  Execution execution = Execution::Worker;
  /// Sent as it is also where compression was agreed on; see EmitOptions::isUncompressed.
  bool isUncompressed = false;
};

/// Called exactly once for a question, under the plugin's gate: never after `Plugin::stop()` has begun. The result is
/// the server's and valid during the call. What it throws is logged as a fault and goes nowhere else.
using AckCallback = base::UniqueFunction<void(const AckResult&)>;

}  // namespace chat::plugin
