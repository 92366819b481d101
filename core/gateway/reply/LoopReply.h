#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "gateway/emission/Sendable.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/reply/ReplyContext.h"
#include "plugin/api/Reply.h"
#include "plugin/context/PluginSockets.h"

namespace chat::gateway {

struct LateAnswer;
struct LatePlace;

/// Carries answers out at once, on the socket's loop. What a handler says after the client has gone is dropped, except
/// what is meant for others.
class LoopReply final : public plugin::Reply {
 public:
  /// `sockets` are those of the plugin that answers; null if the server itself does. `acknowledged`: whether the
  /// event's acknowledgement was given already, by another handler.
  LoopReply(const ReplyContext& context, Endpoint& endpoint, const IncomingEvent& event, plugin::PluginSockets* sockets,
            bool acknowledged = false) noexcept
      : _context(context),
        _endpoint(endpoint),
        _event(event),
        _sockets(sockets),
        _acknowledged(acknowledged),
        _isTrusted(sockets == nullptr) {}

  bool acknowledged() const noexcept { return _acknowledged; }
  /// From now on it carries out what was checked before (RecordedReply).
  void trust() noexcept { _isTrusted = true; }

  void answer(int status, std::string_view document) override {
    if (!_isTrusted) Sendable::requireDocument(document);
    if (_endpoint.gone || _event.name.empty()) return;  // without a name it is no request that could be answered
    emitOwn(_event.name, document, {});
    acknowledgeChecked(status, document);
  }
  void acknowledge(int status, std::string_view document) override {
    if (!_isTrusted) Sendable::requireDocument(document);
    acknowledgeChecked(status, document);
  }
  void acknowledgeChecked(int status, std::string_view document) {
    if (_endpoint.gone || std::exchange(_acknowledged, true)) return;
    _endpoint.acknowledge(_event.ticket, status, document);
  }
  void acknowledgeArgs(std::string_view args, bool withAttachments) override {
    acknowledgeBinary(args, withAttachments ? _event.attachments : std::span<const std::string_view>{});
  }
  void emit(std::string_view event, std::string_view args, bool withAttachments) override {
    emitBinary(event, args, withAttachments ? _event.attachments : std::span<const std::string_view>{});
  }
  void setIdentity(std::optional<plugin::Identity> identity) override {
    if (_endpoint.gone) return;
    _context.directory.identify(_endpoint,
                                identity ? std::make_shared<const plugin::Identity>(*std::move(identity)) : nullptr);
  }
  void disconnect(bool closeConnection) override {
    if (!_endpoint.gone) _endpoint.disconnect(closeConnection);
  }
  void acknowledgeBinary(std::string_view args, std::span<const std::string_view> attachments) override {
    if (!_isTrusted) Sendable(_context.options).requireArgs(args, attachments.size());
    if (_endpoint.gone || std::exchange(_acknowledged, true)) return;
    _endpoint.acknowledgeArgs(_event.ticket, args, attachments);
  }
  void emitBinary(std::string_view event, std::string_view args,
                  std::span<const std::string_view> attachments) override {
    if (!_isTrusted) Sendable(_context.options).requireEvent(event, args, attachments.size());
    if (!_endpoint.gone) emitOwn(event, args, attachments);
  }
  void emitTo(const plugin::Target& target, std::string_view event, std::string_view args,
              const plugin::EmitOptions& options, std::span<const std::string_view> attachments) override {
    auto& emitter = _sockets ? _sockets->emitter() : _context.emitter;
    emitter.emit(target, event, args, options, attachments);
  }
  void broadcast(std::string_view event, std::string_view args, std::string_view room,
                 std::span<const std::string_view> attachments) override;
  void join(std::string_view room) override {
    if (!_endpoint.gone) _endpoint.joinRoom(room);
  }
  void leave(std::string_view room) override {
    if (!_endpoint.gone) _endpoint.leaveRoom(room);
  }
  void setData(std::string_view key, std::string_view value) override;
  void ask(std::string_view event, std::string_view args, const plugin::AskOptions& options,
           plugin::AckCallback callback, std::span<const std::string_view> attachments) override;
  std::shared_ptr<plugin::PendingReply> later() override;
  /// See RecordedReply.
  void setPlace(const LatePlace* place) noexcept { _place = place; }
  const std::shared_ptr<LateAnswer>& late() const noexcept { return _late; }
  /// As `ask` above, with a place that a worker has reserved.
  void ask(plugin::PluginSockets::PlaceRef place, std::string_view event, std::string_view args,
           const plugin::AskOptions& options, plugin::AckCallback callback,
           std::span<const std::string_view> attachments);

 private:
  void emitOwn(std::string_view event, std::string_view args, std::span<const std::string_view> attachments) {
    if (_context.outgoing.any()) _context.outgoing.tell(_endpoint, event, args);
    _endpoint.emit(event, args, attachments);
  }

  const ReplyContext& _context;
  Endpoint& _endpoint;
  const IncomingEvent& _event;
  plugin::PluginSockets* _sockets;
  const LatePlace* _place = nullptr;
  std::shared_ptr<LateAnswer> _late;
  bool _acknowledged;  // a client's callback is called once
  bool _isTrusted;     // what it is given needs no check
};

}  // namespace chat::gateway
