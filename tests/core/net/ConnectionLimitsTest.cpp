#include <cppunit/extensions/HelperMacros.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "net/ConnectionLimits.h"

namespace chat::net {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int number = -1) noexcept : _number(number) {}
  Descriptor(Descriptor&& other) noexcept : _number(std::exchange(other._number, -1)) {}
  ~Descriptor() {
    if (_number >= 0) ::close(_number);
  }
  int get() const noexcept { return _number; }

 private:
  int _number;
};

sockaddr_in loopback(std::uint32_t host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl((127U << 24) | host);
  address.sin_port = htons(port);
  return address;
}

/// Accepts connections from any loopback address.
class Listener {
 public:
  Listener() : _socket(::socket(AF_INET, SOCK_STREAM, 0)) {
    auto address = loopback(1, 0);
    CPPUNIT_ASSERT_EQUAL(0, ::bind(_socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address));
    CPPUNIT_ASSERT_EQUAL(0, ::listen(_socket.get(), 16));
    socklen_t length = sizeof address;
    CPPUNIT_ASSERT_EQUAL(0, ::getsockname(_socket.get(), reinterpret_cast<sockaddr*>(&address), &length));
    _port = ntohs(address.sin_port);
  }
  /// The accepted end of a connection from 127.0.0.`host`.
  int from(std::uint32_t host) {
    Descriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    auto own = loopback(host, 0);
    CPPUNIT_ASSERT_EQUAL(0, ::bind(client.get(), reinterpret_cast<sockaddr*>(&own), sizeof own));
    auto server = loopback(1, _port);
    CPPUNIT_ASSERT_EQUAL(0, ::connect(client.get(), reinterpret_cast<sockaddr*>(&server), sizeof server));
    _kept.push_back(std::move(client));
    _kept.emplace_back(::accept(_socket.get(), nullptr, nullptr));
    CPPUNIT_ASSERT(_kept.back().get() >= 0);
    return _kept.back().get();
  }

 private:
  Descriptor _socket;
  std::uint16_t _port = 0;
  std::vector<Descriptor> _kept;
};

ConnectionLimits::Options options(std::size_t total, std::size_t perAddress) {
  return {total, perAddress, {}, "too many", "too many from you"};
}

std::string admitted(ConnectionLimits& limits, int descriptor) {
  return std::string(limits.admit(descriptor));
}

}  // namespace

class ConnectionLimitsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConnectionLimitsTest);
  CPPUNIT_TEST(inAll);
  CPPUNIT_TEST(fromOneAddress);
  CPPUNIT_TEST(proxiesAreExempt);
  CPPUNIT_TEST(refusedConnectionsAreNotCounted);
  CPPUNIT_TEST(disconnectedPeersAreNotCounted);
  CPPUNIT_TEST_SUITE_END();

  Listener _listener;

 public:
  void inAll() {
    ConnectionLimits limits(options(2, 0));
    const int first = _listener.from(1);
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, first));
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, _listener.from(1)));
    CPPUNIT_ASSERT_EQUAL(std::string("too many"), admitted(limits, _listener.from(2)));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, limits.count());
    limits.release(first);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, limits.count());
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, _listener.from(2)));
  }

  void fromOneAddress() {
    ConnectionLimits limits(options(0, 1));
    const int first = _listener.from(1);
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, first));
    CPPUNIT_ASSERT_EQUAL(std::string("too many from you"), admitted(limits, _listener.from(1)));
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, _listener.from(2)));
    limits.release(first);
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, _listener.from(1)));
  }

  void proxiesAreExempt() {
    auto withProxy = options(3, 1);
    withProxy.exempt = [](const std::string& address) { return address == "127.0.0.9"; };
    ConnectionLimits limits(withProxy);
    for (int i = 0; i < 3; ++i) CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, _listener.from(9)));
    CPPUNIT_ASSERT_EQUAL(std::string("too many"), admitted(limits, _listener.from(9)));
  }

  void refusedConnectionsAreNotCounted() {
    ConnectionLimits limits(options(0, 1));
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, _listener.from(1)));
    const int refused = _listener.from(1);
    CPPUNIT_ASSERT(!admitted(limits, refused).empty());
    limits.release(refused);
    limits.release(refused);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, limits.count());
    CPPUNIT_ASSERT(!admitted(limits, _listener.from(1)).empty());
  }

  void disconnectedPeersAreNotCounted() {
    ConnectionLimits limits(options(1, 1));
    const Descriptor unconnected(::socket(AF_INET, SOCK_STREAM, 0));
    CPPUNIT_ASSERT_EQUAL(std::string(), admitted(limits, unconnected.get()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{0}, limits.count());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionLimitsTest);

}  // namespace chat::net
