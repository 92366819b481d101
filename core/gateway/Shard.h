#pragma once

#include <Poco/Logger.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/Admissions.h"
#include "gateway/Delivery.h"
#include "gateway/Directory.h"
#include "gateway/Endpoint.h"
#include "gateway/InlineWatchdog.h"
#include "gateway/Refusal.h"
#include "gateway/ShardCounters.h"
#include "gateway/SharedParts.h"
#include "gateway/WorkerCall.h"
#include "gateway/WorkerCalls.h"
#include "plugin/HandlerTable.h"
#include "plugin/PluginCall.h"
#include "plugin/TablePublication.h"
#include "socketio/EventSink.h"
#include "socketio/Server.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

class Recovery;
class SocketEndpoint;

/// An event as it came in. Views are valid during the call only.
struct IncomingEvent {
  std::string_view name;
  std::string_view args;
  std::span<const std::string_view> attachments;
  AckTicket ticket;
};

/// The gateway of one loop: its endpoints, and the way of their events to the handlers and of answers back.
///
/// The events of one endpoint are handled one after the other in the order in which they came, wherever their handlers
/// run: while one is handled the others wait, and beyond `Options::waitingEvents` the client isn't read from. Thread:
/// the loop's.
class Shard final : public socketio::EventSink {
 public:
  Shard(net::Loop& loop, const SharedParts& shared);
  ~Shard() override;

  net::Loop& loop() const noexcept { return _loop; }
  Directory& directory() noexcept { return _directory; }
  Poco::Logger& logger() const noexcept { return _shared.logger; }
  Delivery& delivery() noexcept { return _delivery; }
  Admissions& admissions() noexcept { return _admissions; }
  /// Null where connections aren't recovered.
  Recovery* recovery() noexcept { return _recovery.get(); }
  const SharedParts& shared() const noexcept { return _shared; }
  const plugin::HandlerTable& tables() { return _tables.current(); }

  /// Thread: any.
  InlineMark& mark() noexcept { return _mark; }
  const ShardCounters& counters() const noexcept { return _counters; }

  /// From now on no event is taken: an unanswered one is sent again elsewhere, a half-done one would be lost.
  void drain() noexcept { _draining = true; }
  /// Whether no handler has an event of this loop.
  bool idle() const noexcept { return _directory.noneRunning(); }

  // --- from the transports ---
  Endpoint& open(std::unique_ptr<Endpoint> endpoint);
  void receive(Endpoint& endpoint, const IncomingEvent& event);
  /// The client has left (`endpoint.gone` is set); the endpoint lives until its last event was handled.
  void closed(Endpoint& endpoint, std::string_view reason);

  /// Goes on with what waited for the endpoint's last event, or for its admission, to be handled.
  void next(Endpoint& endpoint);

 private:
  // socketio::EventSink
  void onConnecting(socketio::Socket& socket, std::string_view auth) override;
  void onEvent(socketio::Socket& socket, const socketio::EventView& event) override;
  void onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) override;
  void onGone(socketio::Socket& socket) override;
  void onDrained(socketio::Socket& socket) override;

  void ask(SocketEndpoint& endpoint, std::string_view auth);
  void dispatch(Endpoint& endpoint, const IncomingEvent& event);
  void runInline(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route);
  void collect(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route,
               plugin::CallGuard guard);
  const plugin::EventRoute* joining(Endpoint& endpoint, std::string_view event);
  void submitCollected();
  void refuse(WorkerCall& call);
  void complete(WorkerCall& call);
  void overdue(WorkerCall& call);
  void conclude(WorkerCall& call, std::size_t done, const plugin::CallFailure* last);
  void record(plugin::EventStats& stats, plugin::Generation& plugin, const std::optional<plugin::CallFailure>& failure);
  void failed(plugin::Generation& plugin);
  void answerFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure);
  void settle(Endpoint& endpoint);
  void authenticate(Endpoint& endpoint, const IncomingEvent& event);

  net::Loop& _loop;
  const SharedParts _shared;
  plugin::TablePublication::Reader _tables;
  Directory _directory;
  Delivery _delivery;
  Admissions _admissions;
  const std::unique_ptr<Recovery> _recovery;
  std::vector<std::unique_ptr<WorkerCall>> _collected;  // go to their workers at the end of the turn
  WorkerCalls _calls;
  InlineMark _mark;
  ShardCounters _counters;
  bool _draining = false;
};

}  // namespace chat::gateway
