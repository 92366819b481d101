#include "engineio/session/Upgrade.h"

#include <utility>

#include "net/Loop.h"

namespace chat::engineio {
namespace {

constexpr base::Duration ReminderInterval{100};

}  // namespace

Upgrade::Upgrade(Owner& owner, net::Loop& loop, base::Duration timeout) noexcept
    : _owner(owner),
      _loop(loop),
      _timeout([](void* self) { static_cast<Upgrade*>(self)->fail(); }, this),
      _reminder([](void* self) { static_cast<Upgrade*>(self)->remind(); }, this) {
  _loop.arm(_timeout, timeout);
}

Upgrade::~Upgrade() {
  if (_transport) _transport->end(CloseReason::ForcedClose);
}

std::unique_ptr<Transport> Upgrade::take() noexcept {
  _timeout.cancel();
  _reminder.cancel();
  return std::move(_transport);
}

bool Upgrade::onPacket(const PacketView& packet) {
  const auto is = [&packet](PacketType type, std::string_view data) {
    return packet.type == type && !packet.isBinary && packet.data == data;
  };
  if (!_isProbed && is(PacketType::Ping, "probe")) {
    _isProbed = true;
    _transport->sendControl("3probe");
    remind();
  } else if (_isProbed && is(PacketType::Upgrade, "")) {
    _owner.onUpgraded();
  } else {
    fail();
  }
  return true;
}

void Upgrade::fail() {
  _timeout.cancel();
  _reminder.cancel();
  _transport->end(CloseReason::ForcedClose);
  _owner.onUpgradeFailed();
}

void Upgrade::remind() {
  _loop.arm(_reminder, ReminderInterval);
  _owner.onProbed();
}

}  // namespace chat::engineio
