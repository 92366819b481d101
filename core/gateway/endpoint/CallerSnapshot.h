#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "engineio/api/Session.h"
#include "gateway/endpoint/SocketData.h"
#include "plugin/api/Caller.h"

namespace chat::gateway {

/// Who an event came from, as it was when the event was received: what a worker sees of a socket that lives elsewhere.
class CallerSnapshot final : public plugin::Caller {
 public:
  std::string id;
  std::string nspName;
  std::shared_ptr<const engineio::Handshake> handshake;
  std::shared_ptr<const plugin::Identity> who;
  SocketData::Ref values;
  std::string_view transportName;  // a constant
  int protocolVersion = 0;
  bool isRecovered = false;

  std::string_view socketId() const noexcept override { return id; }
  std::string_view nsp() const noexcept override { return nspName; }
  const plugin::Identity* identity() const noexcept override { return who.get(); }
  std::string_view address() const noexcept override { return handshake->address; }
  std::string_view header(std::string_view name) const noexcept override { return handshake->field(name); }
  std::string_view query() const noexcept override { return handshake->query(); }
  std::string_view transport() const noexcept override { return transportName; }
  int protocol() const noexcept override { return protocolVersion; }
  bool recovered() const noexcept override { return isRecovered; }
  std::string_view data(std::string_view key) const noexcept override {
    return values ? values->find(key) : std::string_view{};
  }
  std::string_view auth() const noexcept override { return values ? values->auth() : std::string_view("{}"); }
  std::chrono::system_clock::time_point connectedAt() const noexcept override {
    return std::chrono::system_clock::time_point(std::chrono::milliseconds(handshake->issuedMs));
  }
  bool secure() const noexcept override { return handshake->secure; }
  std::string_view url() const noexcept override { return handshake->url; }
};

}  // namespace chat::gateway
