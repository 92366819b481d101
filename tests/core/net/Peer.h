#pragma once

#include <cppunit/TestAssert.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "support/Receive.h"

namespace chat::net {

/// The peer's end of a connection: a blocking socket.
class Peer {
 public:
  explicit Peer(std::uint16_t port) : _descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    CPPUNIT_ASSERT_EQUAL(0, ::connect(_descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address));
    timeval limit{10, 0};
    setsockopt(_descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Peer() { ::close(_descriptor); }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  void send(std::string_view text) {
    CPPUNIT_ASSERT_EQUAL(static_cast<ssize_t>(text.size()),
                         ::send(_descriptor, text.data(), text.size(), MSG_NOSIGNAL));
  }
  /// Fewer bytes if the connection ends or nothing comes for 10 seconds.
  std::string read(std::size_t count) {
    std::string all(count, '\0');
    all.resize(test::receiveAll(_descriptor, all));
    return all;
  }

 private:
  int _descriptor;
};

}  // namespace chat::net
