#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "app/operations/Readiness.h"
#include "http/ServerConnection.h"
#include "net/Acceptor.h"
#include "net/Loop.h"
#include "net/LoopGroup.h"

namespace chat::app {

class SocketStack;

/// The operators' port: `/metrics`, `/plugins`, `POST /plugins/rescan`, `POST /commands/NAME`, `/healthz` and
/// `/readyz`. It has a loop of its
/// own, whose handlers may wait, so that it answers when the server's loops don't, and no scrape delays a client.
///
/// There is no login, so it must listen where only operators can connect (127.0.0.1). Thread: main.
class Operations {
 public:
  /// Listens. Errors: std::system_error if the address can't be bound.
  Operations(const std::string& address, std::uint16_t port, const Readiness& readiness, SocketStack& stack,
             net::LoopGroup& loops);
  ~Operations();
  Operations(const Operations&) = delete;
  Operations& operator=(const Operations&) = delete;

  void start();
  /// Further calls do nothing.
  void stop();
  std::uint16_t port() const noexcept { return _acceptor->port(); }

 private:
  http::Service _service;
  net::Loop _loop{0, {}};
  std::unique_ptr<net::Acceptor> _acceptor;
  std::thread _thread;
};

}  // namespace chat::app
