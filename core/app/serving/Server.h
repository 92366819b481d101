#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "app/operations/Operations.h"
#include "app/operations/Readiness.h"
#include "app/settings/Settings.h"
#include "app/stack/SocketStack.h"
#include "http/ServerConnection.h"
#include "net/Acceptor.h"
#include "net/LoopGroup.h"

namespace chat::app {

/// Builds, starts and stops the parts of the server, in an order in which nothing is used before it is built or after
/// it is destroyed.
///
/// Thread: main.
class Server {
 public:
  /// Builds everything and reads the pages; nothing runs yet. Errors: std::exception with what is missing. `properties`
  /// are the plugins' and outlive the server. `reload` reads them again, on one of the server's threads; false if they
  /// can't be used.
  Server(const Settings& settings, plugin::PropertySource properties, std::function<bool()> reload = {});
  ~Server();

  /// Listens and serves. Errors: Poco::Exception or std::system_error if the address can't be bound.
  void start();
  /// Reports not ready, accepts no more connections, finishes running calls, sends what waits for clients, ends the
  /// connections. Takes at most `server.shutdownTimeout` and a second. Further calls do nothing.
  void stop();
  /// Starts a look at the plugins' folder and settings; returns at once. Only while it serves.
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
  std::unique_ptr<Operations> _operations;                 // null if no port is configured
  std::vector<std::unique_ptr<net::Acceptor>> _acceptors;  // one for each loop
  std::uint16_t _port = 0;
  bool _running = false;
};

}  // namespace chat::app
