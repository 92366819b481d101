#pragma once

#include <cstddef>

#include "net/InboundLimit.h"
#include "net/Timer.h"

namespace chat::net {

class Loop;

/// Slows down a client that sends more than its limit: reading from it pauses until its buckets have filled again. What
/// was read already is still handled, so nothing is lost.
/// Thread: the loop's. Lifetime: its owner's; no callback comes after its destruction.
class InboundThrottle {
 public:
  /// Tells the owner to pause reading (`read` false) or to go on. Each `false` is followed by one `true`; reading may
  /// be paused for other reasons meanwhile.
  using Callback = void (*)(void* owner, bool read);

  InboundThrottle(Loop& loop, const InboundLimit::Rates& rates, Callback callback, void* owner) noexcept;

  /// A message of `bytes` bytes has come.
  void count(std::size_t bytes);

 private:
  void onRested();

  Loop& _loop;
  Callback _callback;
  void* _owner;
  InboundLimit _limit;
  Timer _rest;
  bool _resting = false;
};

}  // namespace chat::net
