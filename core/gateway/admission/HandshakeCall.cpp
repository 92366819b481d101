#include "gateway/admission/HandshakeCall.h"

#include <stdexcept>
#include <string>

#include "gateway/admission/Handshakes.h"
#include "http/AnswerFields.h"

namespace chat::gateway {
namespace {

std::size_t sizeOf(const std::vector<http::Field>& fields) noexcept {
  std::size_t size = 0;
  for (const auto& [name, value] : fields) size += name.size() + value.size();
  return size;
}

}  // namespace

bool HandshakeCall::take(plugin::GuardedHandlers<plugin::HandshakeRoute> handlers) {
  if (!handlers.isComplete()) return false;
  for (std::size_t i = 0; i < handlers.guards.size(); ++i) {
    const auto& route = (*handlers.routes)[i];
    if (!_steps.empty() && _steps.back().plugin == route.plugin) {
      _steps.back().handlers.push_back(route.handler);
    } else {
      _steps.push_back({{route.handler}, route.plugin, route.stats, std::move(handlers.guards[i])});
    }
  }
  return true;
}

void HandshakeCall::run() {
  auto& step = _steps[_next];
  if (!_withdrawn) {
    _started = true;
    const auto start = std::chrono::steady_clock::now();
    _failure = plugin::callPlugin([&] {
      for (auto* const handler : step.handlers) handler->handshake(*this, *this);
    });
    _took = std::chrono::steady_clock::now() - start;
  }
  step.guard = {};
}

// The steps that haven't begun let their plugins go at once: the one that runs may never return.
void HandshakeCall::withdraw(bool tookTooLong) noexcept {
  _withdrawn = true;
  for (auto i = _next + 1; i < _steps.size(); ++i) _steps[i].guard = {};
  if (tookTooLong && wasRun()) _owner.overdue(*this);
}

void HandshakeCall::setHeader(std::string_view name, std::string_view value) {
  set(_verdict.handshakeFields, name, value);
}

void HandshakeCall::setSessionHeader(std::string_view name, std::string_view value) {
  set(_verdict.everyAnswerFields, name, value);
}

void HandshakeCall::set(std::vector<http::Field>& fields, std::string_view name, std::string_view value) {
  if (!http::isAddable(name)) {
    throw std::invalid_argument("the field '" + std::string(name) + "' can't be added to an answer");
  }
  if (!http::isFieldValue(value)) {
    throw std::invalid_argument("the value of the field '" + std::string(name) + "' has control characters");
  }
  const auto& [refusal, message, retryAfter, first, every] = _verdict;
  if (first.size() + every.size() == MaxFields ||
      sizeOf(first) + sizeOf(every) + name.size() + value.size() > MaxBytes) {
    throw std::invalid_argument("the answer has as many fields as it takes");
  }
  http::setField(fields, name, value);
}

}  // namespace chat::gateway
