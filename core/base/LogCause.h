#pragma once

#include <Poco/Logger.h>
#include <Poco/Message.h>

#include <string>

namespace chat::base {

/// The parameter of a message that names what it is about.
inline constexpr const char* LogCause = "cause";

/// Writes a log line that clients can cause at will: a refused login, for example. The server's log has at most one a
/// second of each logger's cause, and says how many were left out as ` suppressed=N` (app/CauseChannel).
///
/// `cause` is a fixed word; a logger uses only a few. Text that came from a client is written with logValue(). Thread:
/// any. Errors: none, as with every line of the log.
inline void logCause(Poco::Logger& logger, Poco::Message::Priority priority, const std::string& cause,
                     const std::string& text) {
  if (!logger.is(priority)) return;
  Poco::Message message(logger.name(), text, priority);
  message.set(LogCause, cause);
  logger.log(message);
}

inline void warnCause(Poco::Logger& logger, const std::string& cause, const std::string& text) {
  logCause(logger, Poco::Message::PRIO_WARNING, cause, text);
}

}  // namespace chat::base
