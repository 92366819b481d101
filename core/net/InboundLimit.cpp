#include "net/InboundLimit.h"

#include <algorithm>
#include <cmath>

namespace chat::net {
namespace {

constexpr double MillisecondsHeld = 2000;

}  // namespace

InboundLimit::Bucket InboundLimit::bucketOf(std::size_t perSecond) noexcept {
  const double rate = static_cast<double>(perSecond) / 1000;
  return {rate, rate * MillisecondsHeld};
}

void InboundLimit::Bucket::refill(double elapsed) noexcept {
  level = std::min(perMillisecond * MillisecondsHeld, level + elapsed * perMillisecond);
}

InboundLimit::InboundLimit(const Rates& rates, base::TimePoint now) noexcept
    : _messages(bucketOf(rates.messages)), _bytes(bucketOf(rates.bytes)), _at(now) {}

base::Duration InboundLimit::take(base::TimePoint now, std::size_t bytes) noexcept {
  wait(now);  // fills the buckets, up to their bound, before taking from them
  _messages.level -= _messages.perMillisecond > 0 ? 1 : 0;
  _bytes.level -= _bytes.perMillisecond > 0 ? static_cast<double>(bytes) : 0;
  return wait(now);
}

base::Duration InboundLimit::wait(base::TimePoint now) noexcept {
  const auto elapsed = static_cast<double>((now - _at).count());
  _at = now;
  _messages.refill(elapsed);
  _bytes.refill(elapsed);
  return base::Duration{static_cast<base::Duration::rep>(std::ceil(std::max(_messages.owed(), _bytes.owed())))};
}

}  // namespace chat::net
