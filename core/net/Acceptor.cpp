#include "net/Acceptor.h"

#include <Poco/Net/SocketAddress.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "net/Connection.h"
#include "net/ConnectionLimits.h"
#include "net/Loop.h"
#include "net/SystemLimits.h"

namespace chat::net {
namespace {

// Bounded, since a storm of new connections must not delay the open ones.
constexpr int AcceptsPerTurn = 64;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void enable(int descriptor, int level, int option) {
  const int on = 1;
  if (setsockopt(descriptor, level, option, &on, sizeof on) != 0) fail("setsockopt");
}

// Sends the reason of the refusal and closes once it was sent.
class Refusing final : public ConnectionHandler {
 public:
  explicit Refusing(std::string_view why) noexcept : _why(why) {}
  void onOpened(Connection& connection) override {
    connection.send(_why);
    connection.closeAfterFlush();
  }
  void onData(Connection&, std::span<char>) override {}
  void onClosed(Connection&, CloseReason) override {}

 private:
  const std::string_view _why;
};

}  // namespace

Acceptor::Acceptor(Loop& loop, const std::string& address, std::uint16_t port, Factory factory)
    : _loop(loop), _factory(std::move(factory)) {
  const Poco::Net::SocketAddress where(address, port);
  _descriptor = ::socket(where.af(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (_descriptor < 0) fail("socket");
  try {
    enable(_descriptor, SOL_SOCKET, SO_REUSEADDR);
    enable(_descriptor, SOL_SOCKET, SO_REUSEPORT);
    enable(_descriptor, IPPROTO_TCP, TCP_NODELAY);  // accepted sockets inherit it
    if (::bind(_descriptor, where.addr(), where.length()) != 0 || ::listen(_descriptor, ListenBacklog) != 0) {
      fail("listen at " + where.toString());
    }
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    if (getsockname(_descriptor, reinterpret_cast<sockaddr*>(&bound), &length) != 0) fail("getsockname");
    _port = ntohs(bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                              : reinterpret_cast<sockaddr_in*>(&bound)->sin_port);
    _reserve = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    _loop.watch(_descriptor, [this] { acceptWaiting(); });
  } catch (...) {
    ::close(_descriptor);
    if (_reserve >= 0) ::close(_reserve);
    throw;
  }
}

Acceptor::~Acceptor() {
  if (_descriptor >= 0) ::close(_descriptor);
  if (_reserve >= 0) ::close(_reserve);
}

void Acceptor::close() {
  if (_descriptor < 0) return;
  acceptWaiting();
  _loop.unwatch(_descriptor);
  ::close(std::exchange(_descriptor, -1));
}

void Acceptor::acceptWaiting() {
  for (int accepted = 0; accepted < AcceptsPerTurn; ++accepted) {
    const int descriptor = ::accept4(_descriptor, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor >= 0) {
      adopt(descriptor);
    } else if (errno == EMFILE || errno == ENFILE) {
      return refuseOne();
    } else if (errno != EINTR && errno != ECONNABORTED) {
      return;
    }
  }
}

void Acceptor::adopt(int descriptor) {
  const auto& limits = _loop.options().connectionLimits;
  const auto refusal = limits ? limits->admit(descriptor) : std::string_view{};
  if (refusal.empty()) {
    _loop.adopt(descriptor, _factory(_loop));
  } else {
    _loop.adopt(descriptor, std::make_unique<Refusing>(refusal));
  }
}

// No descriptors are left. If the connection were left waiting, it would wake the loop again at once, for ever.
void Acceptor::refuseOne() {
  if (_reserve >= 0) ::close(std::exchange(_reserve, -1));
  const int descriptor = ::accept4(_descriptor, nullptr, nullptr, SOCK_CLOEXEC);
  if (descriptor >= 0) ::close(descriptor);
  _reserve = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

}  // namespace chat::net
