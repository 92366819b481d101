#include "plugin/call/CallRefusals.h"

namespace chat::plugin {
namespace {

CallFailure refusal(int code, const char* text) {
  return {CallFailure::Kind::Refusal, code, text, std::nullopt};
}

}  // namespace

CallFailure queueFull() {
  return refusal(503, "The server has more to do than it can take just now; nothing was done, try again.");
}

CallFailure outOfService() {
  return refusal(
      503, "What handles this is out of service for a moment, as it failed too often; nothing was done, try again.");
}

CallFailure tookTooLong() {
  return refusal(504, "The server took too long with this; whether it was done isn't known.");
}

CallFailure beingReplaced() {
  return refusal(503, "The server is being changed; try again.");
}

}  // namespace chat::plugin
