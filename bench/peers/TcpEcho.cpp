// The floor: bytes are written back as they come, by one epoll loop. TcpEcho PORT
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <map>
#include <string>

namespace {

void watch(int epoll, int operation, int descriptor, unsigned events) {
  epoll_event event{};
  event.events = events;
  event.data.fd = descriptor;
  epoll_ctl(epoll, operation, descriptor, &event);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);  // accepted sockets inherit it
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(argv[1])));
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || listen(listener, 4096) != 0)
    return 1;
  const int epoll = epoll_create1(0);
  watch(epoll, EPOLL_CTL_ADD, listener, EPOLLIN);

  static std::array<char, 256 * 1024> buffer;
  std::array<epoll_event, 512> events{};
  std::map<int, std::string> waiting;  // bytes that a slow peer hasn't taken; nothing is read from it meanwhile
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int peer = events[static_cast<std::size_t>(i)].data.fd;
      if (peer == listener) {
        for (int accepted; (accepted = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
          watch(epoll, EPOLL_CTL_ADD, accepted, EPOLLIN);
        }
        continue;
      }
      if (events[static_cast<std::size_t>(i)].events & EPOLLOUT) {
        auto& rest = waiting[peer];
        const auto sent = send(peer, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent > 0) rest.erase(0, static_cast<std::size_t>(sent));
        if (rest.empty()) watch(epoll, EPOLL_CTL_MOD, peer, EPOLLIN);
        continue;
      }
      const auto got = recv(peer, buffer.data(), buffer.size(), 0);
      if (got <= 0) {
        waiting.erase(peer);
        close(peer);
        continue;
      }
      auto sent = send(peer, buffer.data(), static_cast<std::size_t>(got), MSG_NOSIGNAL);
      if (sent < 0) sent = 0;
      if (sent < got) {
        waiting[peer].assign(buffer.data() + sent, static_cast<std::size_t>(got - sent));
        watch(epoll, EPOLL_CTL_MOD, peer, EPOLLOUT);
      }
    }
  }
}
