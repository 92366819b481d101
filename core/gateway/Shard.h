#pragma once

#include <Poco/Logger.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/Admission.h"
#include "gateway/Directory.h"
#include "gateway/Emission.h"
#include "gateway/Endpoint.h"
#include "gateway/Options.h"
#include "gateway/RecordedReply.h"
#include "gateway/Refusal.h"
#include "gateway/ReplayFlow.h"
#include "plugin/HandlerTable.h"
#include "plugin/PluginCall.h"
#include "plugin/TablePublication.h"
#include "socketio/EventSink.h"
#include "socketio/Server.h"

namespace chat::exec {
class WorkerPool;
}
namespace chat::net {
class Loop;
}

namespace chat::gateway {

/// What the shards of all loops share. Outlives them.
struct SharedParts {
  const Options& options;
  const plugin::TablePublication& tables;
  exec::WorkerPool& admissions;
  exec::WorkerPool& replays;
  Poco::Logger& logger;
};

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
  /// Where targets that are namespaces and rooms are found. Once, before the loop runs.
  void setServer(socketio::Server& server) noexcept { _server = &server; }

  /// From now on no event is taken: an unanswered one is sent again elsewhere, a half-done one would be lost.
  void drain() noexcept { _draining = true; }
  /// Whether no handler has an event of this loop.
  bool idle() const noexcept { return _directory.noneRunning(); }

  // --- from the transports ---
  Endpoint& open(std::unique_ptr<Endpoint> endpoint);
  void receive(Endpoint& endpoint, const IncomingEvent& event);
  /// The client has left (`endpoint.gone` is set); the endpoint lives until its last event was handled.
  void closed(Endpoint& endpoint, std::string_view reason);

  /// Asks the connect handlers whether the endpoint may come in, as `auth` says; `decided` hears it on the loop, with
  /// nothing where it may, unless the client left meanwhile. The identity is then set, and a replay has begun where one
  /// was asked for. The endpoint counts as running until then.
  using Decided = std::function<void(Endpoint&, const std::optional<plugin::CallFailure>&)>;
  void admit(Endpoint& endpoint, std::string_view auth, Decided decided);

  // --- delivery ---
  void deliver(const std::shared_ptr<const Emission>& emission);
  void forEach(const plugin::Target& target, const std::function<void(socketio::Socket&)>& call);
  void disconnect(const plugin::Target& target, bool closeConnection);
  void revoke(const std::string& credential);
  /// One message of a replay.
  void replay(const EndpointHandle& handle, const Emission& emission, const std::shared_ptr<ReplayFlow>& flow);
  /// Ends a hold; false where too much came for it.
  bool release(const EndpointHandle& handle);

 private:
  struct WorkerCall;

  // socketio::EventSink
  void onConnecting(socketio::Socket& socket, std::string_view auth) override;
  void onEvent(socketio::Socket& socket, const socketio::EventView& event) override;
  void onDisconnecting(socketio::Socket& socket, socketio::DisconnectReason reason) override;
  void onGone(socketio::Socket& socket) override;
  void onDrained(socketio::Socket& socket) override;

  void dispatch(Endpoint& endpoint, const IncomingEvent& event);
  void runInline(Endpoint& endpoint, const IncomingEvent& event, plugin::EventHandler& handler);
  void submit(Endpoint& endpoint, const IncomingEvent& event, const plugin::EventRoute& route, plugin::CallGuard guard);
  void complete(WorkerCall& call);
  void answerFailure(Endpoint& endpoint, const IncomingEvent& event, const plugin::CallFailure& failure);
  void next(Endpoint& endpoint);
  void settle(Endpoint& endpoint);
  void admitted(AdmissionCall& call);
  void authenticate(Endpoint& endpoint, const IncomingEvent& event);
  void deliverTo(Endpoint& endpoint, EncodingCache& encodings, const std::shared_ptr<const Emission>& emission);
  void checkExpiry(Endpoint& endpoint);

  net::Loop& _loop;
  const SharedParts _shared;
  plugin::TablePublication::Reader _tables;
  Directory _directory;
  socketio::Server* _server = nullptr;
  bool _draining = false;
};

}  // namespace chat::gateway
