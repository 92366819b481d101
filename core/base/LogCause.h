#pragma once

#include <Poco/Logger.h>
#include <Poco/Message.h>

#include <string>

namespace chat::base {

/// The parameter of a message that names what it is about.
inline constexpr const char* LogCause = "cause";

/// Writes a line that clients can bring about at will: a refused login, say. The server's log has at most one a second
/// of each logger's cause, and says how many were left out as ` suppressed=N` (app/CauseChannel).
///
/// `cause` is a word, of which a logger has a few. Text that came from a client belongs into logValue().
/// Thread: any. Errors: none, as with every line of the log.
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
