#include "gateway/call/Refusal.h"

#include "base/LogCause.h"
#include "base/LogValue.h"
#include "engineio/api/SessionId.h"
#include "socketio/PacketFlaw.h"

namespace chat::gateway {

Refusal explain(const plugin::CallFailure& failure, std::string_view what, Poco::Logger& logger) {
  switch (failure.kind) {
    case plugin::CallFailure::Kind::Refusal:
      if (!socketio::isUtf8(failure.text) || !(failure.data.empty() || socketio::isJsonText(failure.data))) break;
      return {failure.code, failure.text, failure.retryAfterSeconds, failure.data};
    case plugin::CallFailure::Kind::Unavailable:
      base::warnCause(logger, "unavailable",
                      base::logValue(what) + " refused with " + std::to_string(failure.code) + ": " + failure.text);
      if (failure.code == 504) {
        return {504, "Whether it was stored isn't known yet; send it again with the same lid.", {}, {}};
      }
      return {503, "The database can't be reached just now; nothing was stored, try again.", {}, {}};
    case plugin::CallFailure::Kind::Fault:
      break;
  }
  const auto id = engineio::makeSessionId(0).substr(1, 10);
  base::logCause(logger, Poco::Message::PRIO_ERROR,
                 "fault in " + std::string(what) + ": " + failure.text.substr(0, 200),
                 "fault " + id + " in " + base::logValue(what) + ": " + failure.text);
  return {500, "Something went wrong in the server (fault " + id + ").", {}, {}};
}

}  // namespace chat::gateway
