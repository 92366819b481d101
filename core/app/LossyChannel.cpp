#include "app/LossyChannel.h"

#include <Poco/Message.h>

#include <exception>
#include <string>

namespace chat::app {

// Where somebody is writing and doesn't get on, a process that is to end goes without.
void LossyChannel::close() {
  const std::unique_lock lock(_mutex, std::try_to_lock);
  if (lock) _next->close();
}

void LossyChannel::log(const Poco::Message& message) {
  const std::lock_guard lock(_mutex);
  try {
    if (_lost > 0) tellOfLost();
    _next->log(message);
    return;
  } catch (const std::exception&) {
    ++_lost;
  }
  try {
    _next->close();  // a file that has failed once would fail for ever
  } catch (const std::exception&) {
    // It is as closed as it gets.
  }
}

void LossyChannel::tellOfLost() {
  _next->log(Poco::Message("app", "the log could not be written: " + std::to_string(_lost) + " messages are missing",
                           Poco::Message::PRIO_ERROR));
  _lost = 0;
}

}  // namespace chat::app
