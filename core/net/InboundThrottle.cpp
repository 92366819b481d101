#include "net/InboundThrottle.h"

#include <utility>

#include "net/Loop.h"

namespace chat::net {

InboundThrottle::InboundThrottle(Loop& loop, const InboundLimit::Rates& rates, Callback callback, void* owner) noexcept
    : _loop(loop),
      _callback(callback),
      _owner(owner),
      _limit(rates, loop.now()),
      _rest([](void* self) { static_cast<InboundThrottle*>(self)->onRested(); }, this) {}

void InboundThrottle::count(std::size_t bytes) {
  const auto wait = _limit.take(_loop.now(), bytes);
  if (wait.count() == 0 || std::exchange(_resting, true)) return;
  _loop.arm(_rest, wait);
  _callback(_owner, false);
}

void InboundThrottle::onRested() {
  const auto wait = _limit.wait(_loop.now());  // messages that were read already may have been counted meanwhile
  if (wait.count() > 0) return _loop.arm(_rest, wait);
  _resting = false;
  _callback(_owner, true);
}

}  // namespace chat::net
