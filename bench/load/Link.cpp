#include "load/Link.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace bench {
namespace {

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif
constexpr std::uint32_t Sources = 64;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

void Link::open(int epoll, std::string_view host, std::uint16_t port, void* tag) {
  static std::uint32_t next = 0;
  _epoll = epoll;
  _tag = tag;
  _in.clear();
  _out.clear();
  _waits = true;
  _descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (_descriptor < 0) fail("socket");
  const int on = 1;
  setsockopt(_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(_descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  if (host.starts_with("127.")) {
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + next++ % Sources);
    if (::bind(_descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind");
  }
  address.sin_port = htons(port);
  if (inet_pton(AF_INET, std::string(host).c_str(), &address.sin_addr) != 1) fail("host");
  if (::connect(_descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 && errno != EINPROGRESS) {
    fail("connect");
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT;
  event.data.ptr = tag;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, _descriptor, &event) != 0) fail("epoll_ctl");
}

void Link::send(std::string_view bytes) {
  if (!_waits && !_gathers) {
    const auto sent = ::send(_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent == static_cast<ssize_t>(bytes.size())) return;
    if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    wantWritable(true);
  }
  _out.append(bytes);
}

void Link::sendGathered() {
  if (_waits || _out.empty() || !isOpen()) return;
  const auto sent = ::send(_descriptor, _out.data(), _out.size(), MSG_NOSIGNAL);
  if (sent > 0) _out.erase(0, static_cast<std::size_t>(sent));
  if (!_out.empty()) wantWritable(true);
}

std::uint64_t Link::segments() const noexcept {
  tcp_info info{};
  socklen_t length = sizeof info;
  return getsockopt(_descriptor, IPPROTO_TCP, TCP_INFO, &info, &length) == 0 ? info.tcpi_data_segs_in : 0;
}

bool Link::flush() {
  int error = 0;
  socklen_t length = sizeof error;
  if (getsockopt(_descriptor, SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0) return false;
  const auto sent = ::send(_descriptor, _out.data(), _out.size(), MSG_NOSIGNAL);
  if (sent < 0) return errno == EAGAIN;
  _out.erase(0, static_cast<std::size_t>(sent));
  if (_out.empty()) wantWritable(false);
  return true;
}

long Link::read(char* to, std::size_t size) noexcept {
  const auto count = ::recv(_descriptor, to, size, 0);
  if (count < 0) return errno == EAGAIN || errno == EINTR ? -1 : 0;
  return count;
}

void Link::wantWritable(bool wanted) noexcept {
  if (std::exchange(_waits, wanted) == wanted) return;
  epoll_event event{};
  event.events = EPOLLIN | (wanted ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.ptr = _tag;
  epoll_ctl(_epoll, EPOLL_CTL_MOD, _descriptor, &event);
}

void Link::close(bool reset) noexcept {
  if (_descriptor < 0) return;
  if (reset) {
    const linger abort{1, 0};
    setsockopt(_descriptor, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
  }
  ::close(std::exchange(_descriptor, -1));
}

}  // namespace bench
