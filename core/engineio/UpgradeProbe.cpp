#include "engineio/UpgradeProbe.h"

#include <utility>

#include "net/Connection.h"
#include "net/Loop.h"

namespace chat::engineio {
namespace {

constexpr base::Duration ReminderInterval{100};

}  // namespace

UpgradeProbe::UpgradeProbe(Owner& owner, websocket::Session& webSocket, base::Duration timeout)
    : _owner(owner),
      _webSocket(&webSocket),
      _timeout([](void* self) { static_cast<UpgradeProbe*>(self)->fail(); }, this),
      _reminder([](void* self) { static_cast<UpgradeProbe*>(self)->remind(); }, this) {
  webSocket.connection().loop().arm(_timeout, timeout);
  webSocket.setSink(this);
}

UpgradeProbe::~UpgradeProbe() {
  if (auto* webSocket = std::exchange(_webSocket, nullptr)) {
    webSocket->setSink(nullptr);
    webSocket->close(websocket::CloseCode::Normal);
  }
}

websocket::Session& UpgradeProbe::release(websocket::MessageSink& sink) noexcept {
  _timeout.cancel();
  _reminder.cancel();
  auto& webSocket = *std::exchange(_webSocket, nullptr);
  webSocket.setSink(&sink);
  return webSocket;
}

void UpgradeProbe::onText(std::string_view text) {
  if (!_probed && text == "2probe") {
    _probed = true;
    const std::string_view answer = "3probe";
    _webSocket->sendText(std::span(&answer, 1));
    remind();
  } else if (_probed && text == "5") {
    _owner.onUpgraded();
  } else {
    fail();
  }
}

void UpgradeProbe::onBinary(std::string_view) {
  fail();
}

void UpgradeProbe::onClosed(websocket::CloseCode) {
  _webSocket = nullptr;
  fail();
}

void UpgradeProbe::fail() {
  _timeout.cancel();
  _reminder.cancel();
  if (auto* webSocket = std::exchange(_webSocket, nullptr)) {
    webSocket->setSink(nullptr);
    webSocket->close(websocket::CloseCode::Normal);
  }
  _owner.onProbeFailed();
}

void UpgradeProbe::remind() {
  _webSocket->connection().loop().arm(_reminder, ReminderInterval);
  _owner.onProbed();
}

}  // namespace chat::engineio
