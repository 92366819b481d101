#pragma once

#include <functional>
#include <memory>
#include <string>

#include "gateway/Directory.h"
#include "gateway/Emission.h"
#include "gateway/IdentityEnds.h"
#include "gateway/Options.h"
#include "gateway/Outgoing.h"
#include "gateway/ReplayFlow.h"
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

  /// Null for a namespace that isn't served.
  socketio::Namespace* find(std::string_view nsp) const noexcept;
  void deliver(const std::shared_ptr<const Emission>& emission);
  void forEach(const plugin::Target& target, const std::function<void(socketio::Socket&)>& call);
  void disconnect(const plugin::Target& target, bool closeConnection);
  /// One message of a replay.
  void replay(const EndpointHandle& handle, const Emission& emission, const std::shared_ptr<ReplayFlow>& flow);
  /// Ends a replay's hold of its stream; false where too much came for it.
  bool release(const EndpointHandle& handle, plugin::Stream stream);

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
