#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "gateway/delivery/ReplayFlow.h"
#include "gateway/emission/Emission.h"
#include "gateway/endpoint/Directory.h"
#include "gateway/options/Options.h"
#include "gateway/reply/IdentityEnds.h"
#include "gateway/reply/Outgoing.h"
#include "plugin/api/Emitter.h"

namespace chat::net {
class Loop;
}
namespace chat::socketio {
class Namespace;
class Server;
class Socket;
}  // namespace chat::socketio

namespace chat::gateway {

/// How emits reach the endpoints of one loop: live, and those that a replay sends. Thread: the loop's.
class Delivery {
 public:
  Delivery(net::Loop& loop, Directory& directory, IdentityEnds& ends, Outgoing& outgoing,
           const Options& options) noexcept
      : _loop(loop), _directory(directory), _ends(ends), _outgoing(outgoing), _options(options) {}

  /// Where targets that are namespaces and rooms are found. Once, before the loop runs.
  void setServer(socketio::Server& server) noexcept { _server = &server; }
  socketio::Server& server() const noexcept { return *_server; }
  const Options& options() const noexcept { return _options; }

  /// Null for a namespace that isn't served.
  socketio::Namespace* find(std::string_view nsp) const noexcept;
  void deliver(const std::shared_ptr<const Emission>& emission);
  /// The sockets of a target.
  void forEach(const plugin::Target& target, const std::function<void(socketio::Socket&)>& call);
  /// The endpoints of a target that are connected: with a user's sockets also their plain WebSockets.
  void forEachEndpoint(const plugin::Target& target, const std::function<void(Endpoint&)>& call);
  void disconnect(const plugin::Target& target, bool closeConnection);
  /// One message of a replay.
  void replay(const EndpointHandle& handle, const Emission& emission, const std::shared_ptr<ReplayFlow>& flow);
  /// Ends a replay's hold of its stream; false if too much came for it. `upTo`: a position up to which the endpoint has
  /// everything; 0 if that isn't known.
  bool release(const EndpointHandle& handle, plugin::Stream stream, std::uint64_t upTo);
  /// Ends the connection of an endpoint whose replay has failed, so that its client comes back and asks again. Not if
  /// its hold has ended with its identity: then it misses nothing.
  void dropHeld(const EndpointHandle& handle);

 private:
  void show(const Emission& emission);
  /// `Late`: not at its place among the emits, but after a hold.
  enum class Time { Due, Late };
  void deliverTo(Endpoint& endpoint, EncodingCache& encodings, const std::shared_ptr<const Emission>& emission,
                 Time time);
  static void sendLate(Endpoint& endpoint, EncodingCache& encodings);

  net::Loop& _loop;
  Directory& _directory;
  IdentityEnds& _ends;
  Outgoing& _outgoing;
  const Options& _options;
  socketio::Server* _server = nullptr;
};

}  // namespace chat::gateway
