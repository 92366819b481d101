#pragma once

// Since API 1.1.

#include <chrono>
#include <span>
#include <string_view>

#include "base/UniqueFunction.h"
#include "plugin/api/Execution.h"

namespace chat::plugin {

/// The answer of one socket. Views are valid as long as the AckResult.
struct AckAnswer {
  std::string_view socketId;
  std::string_view nsp;
  std::string_view args;  ///< JSON values separated by commas; empty if there are none. A binary one is its placeholder
  std::span<const std::string_view> attachments;  ///< the bytes of the placeholders, by their numbers
};

/// A socket that was asked and hasn't answered.
struct AckMissing {
  enum class Reason {
    TimedOut,  ///< the deadline has passed
    Left,      ///< it disconnected before it answered
    Refused,   ///< it wasn't asked, since it owes `limits.pendingAcks` answers already; or its answer was
               ///< dropped, since the answers to this question have `limits.ackBytes` bytes together
    Stopped,   ///< the plugin that asked is being removed
  };
  std::string_view socketId;
  std::string_view nsp;
  Reason reason;
};

/// The outcome of a question. Owned by the server; immutable. Thread: any.
class AckResult {
 public:
  virtual ~AckResult() = default;
  /// In the order in which they came.
  virtual std::span<const AckAnswer> answers() const noexcept = 0;
  virtual std::span<const AckMissing> missing() const noexcept = 0;
  /// Whether the question ended before every loop had told which sockets it asks. If so, `missing()` may lack some of
  /// them.
  virtual bool isCutShort() const noexcept = 0;
  /// Whether all sockets that were asked have answered. Also true if there was no socket to ask.
  bool isComplete() const noexcept { return missing().empty() && !isCutShort(); }
};

/// How to ask, how long to wait, and where the callback runs.
struct AskOptions {
  /// From 1 ms to `limits.ackTimeout`; a value outside is replaced by the nearer of the two.
  std::chrono::milliseconds timeout{10'000};
  /// Worker: on the plugin's pool, where it may block. Inline: at once on the thread that got the last answer, mostly a
  /// loop, which the callback must never block. Callbacks of different questions may then run at the same time on
  /// different loops.
  Execution execution = Execution::Worker;
  /// Sent uncompressed even if compression was agreed on; see EmitOptions::isUncompressed.
  bool isUncompressed = false;
};

/// Called exactly once for each question, and never after `Plugin::stop()` has begun. The result belongs to the server
/// and is valid during the call. An exception from the callback is logged as a fault and has no other effect.
using AckCallback = base::UniqueFunction<void(const AckResult&)>;

}  // namespace chat::plugin
