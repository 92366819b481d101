#include "app/log/LossyChannel.h"

#include <Poco/Message.h>

#include <exception>
#include <string>

namespace chat::app {

// Doesn't wait for another thread that hangs in a write: the process then ends without closing the channel.
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
    _next->close();  // a file stream that has failed once would fail for ever
  } catch (const std::exception&) {
    // Nothing more can be done to close it.
  }
}

void LossyChannel::tellOfLost() {
  _next->log(Poco::Message("app", "the log could not be written: " + std::to_string(_lost) + " messages are missing",
                           Poco::Message::PRIO_ERROR));
  _lost = 0;
}

}  // namespace chat::app
