#include "gateway/delivery/ReplayRun.h"

#include <algorithm>
#include <future>
#include <utility>

#include "gateway/call/Refusal.h"
#include "gateway/emission/Sendable.h"
#include "net/Loop.h"
#include "plugin/call/CallRefusals.h"

namespace chat::gateway {

ReplayRun::ReplayRun(LoopCalls& calls, Delivery& delivery, const EndpointHandle& endpoint,
                     std::shared_ptr<const CallerSnapshot> caller, std::string auth, std::vector<ReplayStep> handlers)
    : _calls(calls),
      _delivery(delivery),
      _endpoint(endpoint),
      _caller(std::move(caller)),
      _auth(std::move(auth)),
      _handlers(std::move(handlers)),
      _flow(std::make_shared<ReplayFlow>(delivery.options().replayWindow)) {}

void ReplayRun::run() {
  for (auto& held : _handlers) {
    const auto guard = std::move(held.guard);
    if (!admits(*held.plugin, *held.stats)) {
      _failure = plugin::outOfService();
      return;
    }
    _stream = held.plugin->stream();
    _released = false;
    _upTo = 0;
    if (!step(*held.plugin, *held.stats, [&] { held.handler->connected(*_caller, _auth, *this); })) return;
    _failure = lastFailure();
    if (_failure) return;
    // A hold that its handler forgot to end would keep the socket from all that is live.
    while (!_released && !askToRelease()) continue;
  }
}

void ReplayRun::concluded(const plugin::CallFailure* tooLong) {
  if (tooLong) {
    for (auto& held : _handlers) held.guard = {};
  } else if (!_failure) {
    return;
  } else {
    explain(*_failure, "replay", _calls.logger());
  }
  _delivery.dropHeld(_endpoint);
}

bool ReplayRun::emit(std::string_view event, std::string_view args, std::uint64_t position) {
  const auto& options = _delivery.options();
  if (isAbandoned()) return false;
  Sendable(options).requireEvent(event, args, 0);
  if (!notItsTime([&] { return _flow->take(args.size(), options.replayStall); })) {
    _calls.loop().post([&delivery = _delivery, handle = _endpoint] { delivery.dropHeld(handle); });
    return false;
  }
  auto emission = std::make_shared<Emission>();
  emission->event = event;
  emission->args = args;
  emission->options.position = position;
  emission->stream = _stream;
  emission->parser = options.parser;
  _calls.loop().post([&delivery = _delivery, handle = _endpoint, emission = std::move(emission), flow = _flow] {
    delivery.replay(handle, *emission, flow);
  });
  return true;
}

bool ReplayRun::release() {
  return _released || notItsTime([&] { return askToRelease(); });
}

bool ReplayRun::releaseAt(std::uint64_t position) {
  _upTo = std::max(_upTo, position);
  return release();
}

bool ReplayRun::askToRelease() {
  // Shared, not a plain reference: a loop that has ended drops the task, and with it the promise.
  auto promise = std::make_shared<std::promise<bool>>();
  auto released = promise->get_future();
  _calls.loop().post([&delivery = _delivery, handle = _endpoint, stream = _stream, upTo = _upTo,
                      promise = std::move(promise)] { promise->set_value(delivery.release(handle, stream, upTo)); });
  try {
    _released = released.get();
  } catch (const std::future_error&) {
    _released = true;
  }
  return _released;
}

}  // namespace chat::gateway
