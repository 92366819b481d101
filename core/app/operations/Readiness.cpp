#include "app/operations/Readiness.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <chrono>
#include <exception>
#include <utility>

#include "base/LogValue.h"

namespace chat::app {

Readiness::~Readiness() {
  stop();
}

void Readiness::start(Check check) {
  _check = std::move(check);
  ask();
  if (_check) _thread = std::thread([this] { run(); });
}

void Readiness::drain() {
  const std::lock_guard lock(_mutex);
  _draining = true;
  _reason = "shutting down";
}

void Readiness::stop() {
  {
    const std::lock_guard lock(_mutex);
    _stopping = true;
  }
  _wake.notify_all();
  if (_thread.joinable()) _thread.join();
}

std::string Readiness::reason() const {
  const std::lock_guard lock(_mutex);
  if (!_reason.empty() || !_askedAt) return _reason;
  const auto waited = base::systemClock().now() - *_askedAt;
  if (waited < _patience) return {};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(waited).count();
  return "the database has not answered for " + std::to_string(seconds) + " s";
}

void Readiness::run() {
  std::unique_lock lock(_mutex);
  while (!_wake.wait_for(lock, _interval, [this] { return _stopping; })) {
    lock.unlock();
    ask();
    lock.lock();
  }
}

void Readiness::ask() {
  std::string reason;
  {
    const std::lock_guard lock(_mutex);
    _askedAt = base::systemClock().now();
  }
  try {
    if (_check) _check();
  } catch (const Poco::Exception& fault) {
    reason = fault.displayText();
  } catch (const std::exception& fault) {
    reason = fault.what();
  }
  const std::lock_guard lock(_mutex);
  _askedAt.reset();
  if (_draining || reason == _reason) return;
  auto& logger = Poco::Logger::get("app");
  if (reason.empty()) {
    poco_information(logger, "ready");
  } else {
    poco_error(logger, "not ready reason=" + base::logValue(reason));
  }
  _reason = std::move(reason);
}

}  // namespace chat::app
