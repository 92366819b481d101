#include "gateway/endpoint/ExpiryTimers.h"

#include <algorithm>
#include <chrono>
#include <memory>

#include "gateway/endpoint/Endpoint.h"
#include "net/Loop.h"

namespace chat::gateway {
namespace {

// Timers go by the steady clock, identities by the wall clock, which may be set and goes on while the machine sleeps:
// so often the two are compared.
constexpr base::Duration LongestWait = std::chrono::minutes(5);

}  // namespace

ExpiryTimer::ExpiryTimer(ExpiryTimers& owner, Endpoint& endpoint) noexcept
    : _owner(owner),
      _endpoint(endpoint),
      _timer(
          [](void* self) {
            auto& timer = *static_cast<ExpiryTimer*>(self);
            timer._owner.woken(timer);
          },
          this) {}

void ExpiryTimers::identified(Endpoint& endpoint) {
  if (!endpoint.who || !endpoint.who->expires) return endpoint.expiry.reset();
  if (!endpoint.expiry) endpoint.expiry = std::make_unique<ExpiryTimer>(*this, endpoint);
  arm(*endpoint.expiry);
}

void ExpiryTimers::arm(ExpiryTimer& timer) {
  const auto left = std::chrono::ceil<base::Duration>(*timer._endpoint.who->expires - _loop.clock().wallTime());
  _loop.arm(timer._timer, std::clamp(left, base::Duration::zero(), LongestWait));
}

void ExpiryTimers::woken(ExpiryTimer& timer) {
  const bool isOver = *timer._endpoint.who->expires <= _loop.clock().wallTime();
  if (isOver) return _due(timer._endpoint);  // the timer goes with the identity
  arm(timer);
}

}  // namespace chat::gateway
