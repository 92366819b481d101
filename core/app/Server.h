#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "app/Operations.h"
#include "app/Readiness.h"
#include "app/Settings.h"
#include "app/SocketStack.h"
#include "http/ServerConnection.h"
#include "net/Acceptor.h"
#include "net/LoopGroup.h"

namespace chat::app {

/// The parts of the server, put together: built, started and stopped in an order in which nothing is used before it is
/// there or after it has gone.
///
/// Thread: main.
class Server {
 public:
  /// Builds everything and reads the pages. Errors: std::exception with what is missing; nothing runs yet.
  /// `properties` are the plugins' and outlive the server.
  /// `reload` reads them anew, on a thread of the server's; false where they can't be used.
  Server(const Settings& settings, plugin::PropertySource properties, std::function<bool()> reload = {});
  ~Server();

  /// Listens and serves. Errors: Poco::Exception or std::system_error where the address can't be had.
  void start();
  /// Not ready, no new connections; what runs is finished, what waits for clients is sent, connections are ended. Takes
  /// `server.shutdownTimeout` and a second at most. Again: nothing.
  void stop();
  /// Has the plugins' folder and settings looked at by hand; returns at once. While it serves.
  void rescanPlugins() { _stack.rescanPlugins(); }

  std::uint16_t port() const noexcept { return _port; }

 private:
  void addPages();
  void addClientFiles();
  void addProbes();
  void startOperations();
  void listen();
  void writePortFile() const;
  void stopAccepting();
  void waitForConnections();

  const Settings _settings;
  const std::function<bool()> _reload;
  Readiness _readiness;
  http::Service _service;
  net::LoopGroup _loops;
  SocketStack _stack;
  std::unique_ptr<Operations> _operations;                 // null where there is no port for it
  std::vector<std::unique_ptr<net::Acceptor>> _acceptors;  // one for each loop
  std::uint16_t _port = 0;
  bool _running = false;
};

}  // namespace chat::app
