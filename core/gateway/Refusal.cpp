#include "gateway/Refusal.h"

#include "engineio/SessionId.h"

namespace chat::gateway {

Refusal explain(const plugin::CallFailure& failure, std::string_view what, Poco::Logger& logger) {
  switch (failure.kind) {
    case plugin::CallFailure::Kind::Refusal:
      return {failure.code, failure.text, failure.retryAfterSeconds};
    case plugin::CallFailure::Kind::Unavailable:
      poco_warning(logger, std::string(what) + " refused with 503: " + failure.text);
      return {503, "The database can't be reached just now; nothing was stored, try again.", {}};
    case plugin::CallFailure::Kind::Fault:
      break;
  }
  const auto id = engineio::makeSessionId(0).substr(1, 10);
  poco_error(logger, "fault " + id + " in " + std::string(what) + ": " + failure.text);
  return {500, "Something went wrong in the server (fault " + id + ").", {}};
}

}  // namespace chat::gateway
