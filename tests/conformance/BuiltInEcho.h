#pragma once

#include <chrono>
#include <memory>

#include "conformance/Echo.h"
#include "gateway/EventRequest.h"
#include "gateway/LoopReply.h"
#include "gateway/Shard.h"
#include "gateway/SocketEndpoint.h"
#include "net/Loop.h"
#include "plugin/call/EventStats.h"

namespace chat::conformance {

/// Stands before a loop's gateway and runs the handler of `echo` as a server without plugins would: compiled in,
/// without a table of handlers, a gate, a fault window, a watchdog, or the order of a socket's events. Only to be
/// measured beside the same handler in a plugin. Thread: the loop's.
class BuiltInEcho final : public socketio::EventSink {
 public:
  /// `counts`: with the counts and times that are kept of a plugin's events.
  BuiltInEcho(gateway::Shard& shard, bool counts)
      : _shard(shard),
        _gateway(shard),
        _counts(counts),
        _parts{shard.directory(), shard.shared().emitter, shard.outgoing(), shard.shared().options, shard.logger()} {}

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
    gateway::LoopReply reply(_parts, endpoint, event, nullptr);
    _handler->handle(request, reply);
  }
  // As Shard::runInline counts.
  void counted(gateway::Endpoint& endpoint, const gateway::IncomingEvent& event) {
    auto& slot = _stats.slot(_shard.loop().index());
    const bool isTimed = (slot.calls.value() & 15) == 0;
    const auto begin = isTimed ? std::chrono::steady_clock::now() : std::chrono::steady_clock::time_point();
    run(endpoint, event);
    if (isTimed) slot.took(std::chrono::steady_clock::now() - begin);
    slot.calls.add();
  }

  gateway::Shard& _shard;
  socketio::EventSink& _gateway;
  const bool _counts;
  const gateway::ReplyParts _parts;
  const std::unique_ptr<plugin::EventHandler> _handler = std::make_unique<Echo>();
  plugin::EventStats _stats;
};

}  // namespace chat::conformance
