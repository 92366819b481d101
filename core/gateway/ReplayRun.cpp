#include "gateway/ReplayRun.h"

#include <future>
#include <utility>

#include "gateway/Delivery.h"
#include "gateway/Directory.h"
#include "gateway/Refusal.h"
#include "net/Loop.h"
#include "plugin/Generation.h"
#include "plugin/PluginCall.h"

namespace chat::gateway {

ReplayRun::ReplayRun(net::Loop& loop, Directory& directory, Delivery& delivery, EndpointHandle endpoint,
                     const Options& options, std::shared_ptr<const CallerSnapshot> caller, std::string auth,
                     std::vector<HeldConnect> handlers, Poco::Logger& logger)
    : _loop(loop),
      _directory(directory),
      _delivery(delivery),
      _endpoint(endpoint),
      _options(options),
      _caller(std::move(caller)),
      _auth(std::move(auth)),
      _handlers(std::move(handlers)),
      _logger(logger),
      _flow(std::make_shared<ReplayFlow>(options.replayWindow)) {}

void ReplayRun::run() {
  for (const auto& held : _handlers) {
    const auto failure = plugin::callPlugin([&] { held.handler->connected(*_caller, _auth, *this); });
    if (failure) {
      explain(*failure, "replay", _logger);
      return giveUp();
    }
  }
  // A hold that its handler forgot to end would keep the socket from all that is live.
  while (!_released && !release()) continue;
}

// Without the replay the client would have a gap: it is let go, reconnects by itself and asks again.
void ReplayRun::giveUp() {
  _loop.post([&directory = _directory, handle = _endpoint] {
    if (auto* endpoint = directory.find(handle); endpoint && !endpoint->gone) endpoint->drop();
  });
}

bool ReplayRun::emit(std::string_view event, std::string_view args, std::uint64_t position) {
  if (!_flow->take(args.size(), _options.replayStall)) {
    giveUp();
    return false;
  }
  auto emission = std::make_shared<Emission>();
  emission->event = event;
  emission->args = args;
  emission->options.position = position;
  emission->parser = _options.parser;
  _loop.post([&delivery = _delivery, handle = _endpoint, emission = std::move(emission), flow = _flow] {
    delivery.replay(handle, *emission, flow);
  });
  return true;
}

bool ReplayRun::release() {
  // Shared, not a plain reference: a loop that has ended drops the task, and with it the promise.
  auto promise = std::make_shared<std::promise<bool>>();
  auto released = promise->get_future();
  _loop.post([&delivery = _delivery, handle = _endpoint, promise = std::move(promise)] {
    promise->set_value(delivery.release(handle));
  });
  try {
    _released = released.get();
  } catch (const std::future_error&) {
    _released = true;
  }
  return _released;
}

}  // namespace chat::gateway
