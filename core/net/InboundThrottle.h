#pragma once

#include <cstddef>

#include "net/InboundLimit.h"
#include "net/Timer.h"

namespace chat::net {

class Loop;

/// Has a client that sends more than it may read from more slowly: not until it has made up for it. What had been read
/// already is handled all the same, so nothing is lost.
/// Thread: the loop's. Lifetime: destroyed with its owner, which isn't called any more then.
class InboundThrottle {
 public:
  /// Whether to read or not. Each `false` is followed by one `true`; others may pause for reasons of their own
  /// meanwhile.
  using Callback = void (*)(void* owner, bool read);

  InboundThrottle(Loop& loop, const InboundLimit::Rates& rates, Callback callback, void* owner) noexcept;

  /// A message of so many bytes has come.
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
