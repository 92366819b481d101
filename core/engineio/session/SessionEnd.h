#pragma once

#include <cstdint>
#include <optional>

#include "engineio/api/SessionListener.h"

namespace chat::engineio {

/// The states of a session that ends. It is closed in order (open, closing, ended) or ends at once (open, ended). The
/// first reason that was given counts, and the listener is told it once.
class SessionEnd {
 public:
  bool isOpen() const noexcept { return _phase == Phase::Open; }
  bool isClosing() const noexcept { return _phase == Phase::Closing; }
  bool hasEnded() const noexcept { return _phase == Phase::Ended; }

  /// The session works from now on.
  void open() noexcept { _phase = Phase::Open; }
  /// The session is to be closed in order. False: it is closing or has ended already.
  bool beginClosing(CloseReason reason) noexcept {
    if (!isOpen()) return false;
    _phase = Phase::Closing;
    _reason = reason;
    return true;
  }
  /// The session ends now.
  void end(CloseReason reason) noexcept {
    if (!isClosing() && !hasEnded()) _reason = reason;
    _phase = Phase::Ended;
  }
  /// The reason that the listener is to be told now; nothing if it has been told, or if there is nothing to tell.
  std::optional<CloseReason> takeUntold() noexcept {
    if (_isTold || !(isClosing() || hasEnded())) return std::nullopt;
    _isTold = true;
    return CloseReason{_reason};
  }

 private:
  enum class Phase : std::uint8_t { Opening, Open, Closing, Ended };
  Phase _phase = Phase::Opening;
  bool _isTold = false;
  CloseReason _reason : 8 = CloseReason::TransportClose;  // a byte, as there are many sessions
};

}  // namespace chat::engineio
