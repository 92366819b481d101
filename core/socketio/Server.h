#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/Clock.h"
#include "engineio/Session.h"
#include "socketio/EncodedEvent.h"
#include "socketio/EventSink.h"
#include "socketio/Socket.h"

namespace chat::net {
class Loop;
}

namespace chat::socketio {

class Namespace;

struct Options {
  /// The namespaces that are served; others are refused with `Invalid namespace`.
  std::vector<std::string> namespaces{"/"};
  /// A client that has entered no namespace by then is closed.
  base::Duration connectTimeout{45'000};
  std::size_t maxAttachments = 10;
  std::size_t maxNamespacesPerClient = 64;
  std::size_t maxRoomsPerSocket = 1024;
  std::size_t maxPendingAcksPerSocket = 1024;
};

/// The Socket.IO server of one loop: its clients, namespaces and rooms.
/// Thread: its loop's.
class Server final : public engineio::SessionAcceptor {
 public:
  Server(net::Loop& loop, const Options& options, EventSink& sink);
  ~Server() override;

  engineio::SessionListener& onSession(engineio::Session& session) override;

  net::Loop& loop() const noexcept;
  const Options& options() const noexcept;
  /// Null for a name that is not served.
  Namespace* find(std::string_view nsp) noexcept;
  /// Null where it has gone.
  Socket* find(SocketHandle handle) noexcept;

 private:
  struct State;
  std::unique_ptr<State> _state;
};

}  // namespace chat::socketio
