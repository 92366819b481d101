#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/ConnectionHandler.h"

namespace chat::net {

class Loop;

/// A listening socket of one loop. Several loops listen at one port (SO_REUSEPORT), and the kernel spreads the
/// connections.
///
/// Made and closed on any thread before the loop runs, later on the loop's thread.
class Acceptor {
 public:
  /// Makes the handler of a new connection; null refuses it. Called on the loop.
  using Factory = std::function<std::unique_ptr<ConnectionHandler>(Loop&)>;

  /// Listens at once. `port` 0 takes a free one. Throws std::system_error if the address can't be bound.
  Acceptor(Loop& loop, const std::string& address, std::uint16_t port, Factory factory);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  std::uint16_t port() const noexcept { return _port; }
  /// Accepts the connections that wait, then stops listening.
  void close();

 private:
  void acceptWaiting();
  void adopt(int descriptor);
  void refuseOne();

  Loop& _loop;
  Factory _factory;
  int _descriptor = -1;
  int _reserve = -1;  // given up for a moment to refuse a connection when descriptors have run out
  std::uint16_t _port = 0;
};

}  // namespace chat::net
