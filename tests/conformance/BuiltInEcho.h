#pragma once

#include <chrono>
#include <memory>

#include "conformance/Echo.h"
#include "gateway/call/LoopCalls.h"
#include "gateway/endpoint/SocketEndpoint.h"
#include "gateway/event/EventRequest.h"
#include "gateway/reply/LoopReply.h"
#include "net/Loop.h"
#include "plugin/call/EventStats.h"

namespace chat::conformance {

/// Wraps a loop's gateway and runs the handler of `echo` as a server without plugins would: compiled in, without a
/// handler table, a gate, a fault window, a watchdog, or the order of a socket's events. Only for measurements, to
/// compare with the same handler in a plugin. Thread: the loop's.
class BuiltInEcho final : public socketio::EventSink {
 public:
  /// `counts`: with the counters and times of a plugin's events.
  BuiltInEcho(net::Loop& loop, socketio::EventSink& gateway, const plugin::TablePublication& tables,
              plugin::Emitter& emitter, const gateway::Options& options, bool counts)
      : _loop(loop),
        _gateway(gateway),
        _counts(counts),
        _calls(loop, tables, Poco::Logger::get("conformance")),
        _outgoing(_calls),
        _directory(loop.index()),
        _replies{_directory, emitter, _outgoing, options, _calls.logger()} {}

  void onConnecting(socketio::Socket& socket, std::string_view auth) override { _gateway.onConnecting(socket, auth); }
  void onEvent(socketio::Socket& socket, const socketio::EventView& event) override {
    if (event.name != "echo") return _gateway.onEvent(socket, event);
    auto& endpoint = gateway::SocketEndpoint::of(socket);
    const gateway::IncomingEvent incoming{event.name, event.args, event.attachments, {event.ackId, {}}};
    _counts ? counted(endpoint, incoming) : run(endpoint, incoming);
  }
  void onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) override {
    _gateway.onDisconnecting(socket, reason);
  }
  void onGone(socketio::Socket& socket) override { _gateway.onGone(socket); }
  void onDrained(socketio::Socket& socket) override { _gateway.onDrained(socket); }

 private:
  void run(gateway::Endpoint& endpoint, const gateway::IncomingEvent& event) {
    const gateway::EventRequest request(event.name, event.args, event.attachments, event.ticket.wanted(), endpoint);
    gateway::LoopReply reply(_replies, endpoint, event, nullptr);
    _handler->handle(request, reply);
  }
  // As LoopCalls::callInline counts.
  void counted(gateway::Endpoint& endpoint, const gateway::IncomingEvent& event) {
    auto& slot = _stats.slot(_loop.index());
    const bool isTimed = (slot.calls.value() & 15) == 0;
    const auto begin = isTimed ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
    run(endpoint, event);
    if (isTimed) slot.took(std::chrono::steady_clock::now() - begin);
    slot.calls.add();
  }

  net::Loop& _loop;
  socketio::EventSink& _gateway;
  const bool _counts;
  gateway::LoopCalls _calls;
  gateway::Outgoing _outgoing;
  gateway::Directory _directory;
  const gateway::ReplyContext _replies;
  const std::unique_ptr<plugin::EventHandler> _handler = std::make_unique<Echo>();
  plugin::EventStats _stats;
};

}  // namespace chat::conformance
