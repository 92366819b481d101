#include "gateway/adapter/LoopSockets.h"

#include <utility>
#include <variant>

#include "socketio/Socket.h"

namespace chat::gateway {

void LoopSockets::carryOut(const Command& command) {
  std::visit([this](const auto& one) { apply(one); }, command);
}

// What is emitted from within goes to the end and is carried out by the call that is at it already.
void LoopSockets::carryOutOrdered() {
  if (std::exchange(_isCarryingOut, true)) return;
  for (auto items = _recovery->takeOrdered(); !items.empty(); items = _recovery->takeOrdered()) {
    for (const auto& item : items) {
      if (const auto* emission = std::get_if<std::shared_ptr<const Emission>>(&item)) {
        _recovery->log(*emission);
        deliver(*emission);
      } else {
        carryOut(*std::get<std::shared_ptr<const Command>>(item));
      }
    }
  }
  _isCarryingOut = false;
}

void LoopSockets::apply(const Join& command) {
  _delivery.forEach(command.target, [&](socketio::Socket& socket) { socket.join(command.room); });
}

void LoopSockets::apply(const Leave& command) {
  _delivery.forEach(command.target, [&](socketio::Socket& socket) { socket.leave(command.room); });
}

void LoopSockets::apply(const Disconnect& command) {
  _delivery.disconnect(command.target, command.closeConnection);
}

void LoopSockets::apply(const Revoke& command) {
  _ends.revoke(command);
  if (_recovery) _recovery->revoke(command.credential);
}

void LoopSockets::apply(const SetData& command) {
  _delivery.forEachEndpoint(command.target, [&](Endpoint& endpoint) {
    endpoint.setValue(command.key, command.value, _replies.options.socketData, _replies.logger);
  });
}

}  // namespace chat::gateway
