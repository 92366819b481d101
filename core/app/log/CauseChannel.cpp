#include "app/log/CauseChannel.h"

#include <Poco/Message.h>

#include "base/LogCause.h"

namespace chat::app {

namespace {

constexpr base::Duration Interval{1000};

}  // namespace

void CauseChannel::log(const Poco::Message& message) {
  if (!message.has(base::LogCause)) return _next->log(message);
  const auto left = throttleOf(message.getSource() + '\n' + message.get(base::LogCause)).pass(_clock.now());
  if (!left) return;
  if (*left == 0) return _next->log(message);
  Poco::Message counted(message);
  counted.setText(message.getText() + " suppressed=" + std::to_string(*left));
  _next->log(counted);
}

base::LogThrottle& CauseChannel::throttleOf(std::string name) {
  const std::lock_guard lock(_mutex);
  if (_throttles.size() >= MaxCauses && !_throttles.contains(name)) name.clear();
  return _throttles.try_emplace(std::move(name), Interval).first->second;
}

}  // namespace chat::app
