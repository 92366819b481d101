#include "gateway/Admission.h"

#include <utility>

namespace chat::gateway {

void AdmissionCall::setIdentity(plugin::Identity identity) {
  who->who = std::make_shared<const plugin::Identity>(std::move(identity));
  identified = true;
}

void AdmissionCall::run() {
  for (const auto& route : routes) {
    const auto guard = route.plugin->enter();
    if (!guard) {
      failure = plugin::CallFailure{
          plugin::CallFailure::Kind::Unavailable, 503, "The server is being changed; try again.", {}};
      return;
    }
    current = false;
    failure = plugin::callPlugin([&] { route.handler->connect(*this); });
    if (failure) return;
    if (current) replays.push_back(route);
  }
}

}  // namespace chat::gateway
