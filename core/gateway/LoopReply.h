#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "gateway/Directory.h"
#include "gateway/Endpoint.h"
#include "plugin/api/Reply.h"

namespace chat::gateway {

/// Carries answers out at once, on the socket's loop. What comes after the client has gone is dropped.
class LoopReply final : public plugin::Reply {
 public:
  LoopReply(Directory& directory, Endpoint& endpoint, std::string_view event, const AckTicket& ticket,
            std::span<const std::string_view> attachments) noexcept
      : _directory(directory), _endpoint(endpoint), _event(event), _ticket(ticket), _attachments(attachments) {}

  void answer(int status, std::string_view document) override {
    if (_endpoint.gone) return;
    _endpoint.emit(_event, document, {});
    acknowledge(status, document);
  }
  void acknowledge(int status, std::string_view document) override {
    if (_endpoint.gone || std::exchange(_acknowledged, true)) return;
    _endpoint.acknowledge(_ticket, status, document);
  }
  void acknowledgeArgs(std::string_view args, bool withAttachments) override {
    if (_endpoint.gone || std::exchange(_acknowledged, true)) return;
    _endpoint.acknowledgeArgs(_ticket, args, withAttachments ? _attachments : std::span<const std::string_view>{});
  }
  void emit(std::string_view event, std::string_view args, bool withAttachments) override {
    if (_endpoint.gone) return;
    _endpoint.emit(event, args, withAttachments ? _attachments : std::span<const std::string_view>{});
  }
  void setIdentity(std::optional<plugin::Identity> identity) override {
    if (_endpoint.gone) return;
    _directory.identify(_endpoint, identity ? std::make_shared<const plugin::Identity>(*std::move(identity)) : nullptr);
  }
  void disconnect(bool closeConnection) override {
    if (!_endpoint.gone) _endpoint.disconnect(closeConnection);
  }

 private:
  Directory& _directory;
  Endpoint& _endpoint;
  std::string_view _event;
  const AckTicket& _ticket;
  std::span<const std::string_view> _attachments;
  bool _acknowledged = false;  // a client's callback is called once
};

}  // namespace chat::gateway
