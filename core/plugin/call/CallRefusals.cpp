#include "plugin/call/CallRefusals.h"

namespace chat::plugin {
namespace {

CallFailure refusal(int code, const char* text) {
  return {CallFailure::Kind::Refusal, code, text, std::nullopt};
}

}  // namespace

CallFailure queueFull() {
  return refusal(503, "The server is too busy at the moment; nothing was done, try again.");
}

CallFailure outOfService() {
  return refusal(
      503,
      "This part of the server has failed too often and is out of service for a moment; nothing was done, try again.");
}

CallFailure tookTooLong() {
  return refusal(504, "The server took too long with this; it isn't known whether it was done.");
}

CallFailure beingReplaced() {
  return refusal(503, "The server is being changed; try again.");
}

}  // namespace chat::plugin
