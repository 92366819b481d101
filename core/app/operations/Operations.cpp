#include "app/operations/Operations.h"

#include <pthread.h>

#include "app/operations/CommandPage.h"
#include "app/operations/Health.h"
#include "app/operations/MetricsPage.h"
#include "app/operations/PluginsPage.h"
#include "app/stack/SocketStack.h"

namespace chat::app {

Operations::Operations(const std::string& address, std::uint16_t port, const Readiness& readiness, SocketStack& stack,
                       net::LoopGroup& loops) {
  using Match = http::Router::Match;
  const std::vector<std::string> reading{"GET", "HEAD"};
  auto& router = _service.router;
  router.add(Match::Exact, "/healthz", reading, std::make_shared<Liveness>());
  router.add(Match::Exact, "/readyz", reading, std::make_shared<ReadinessProbe>(readiness));
  router.add(Match::Exact, "/metrics", reading, std::make_shared<MetricsPage>(stack, loops));
  router.add(Match::Exact, "/plugins", reading, std::make_shared<PluginsPage>(stack));
  router.add(Match::Exact, "/plugins/rescan", {"POST"},
             std::make_shared<RescanPage>([&stack] { stack.rescanPlugins(); }));
  router.add(Match::Prefix, "/commands/", {"POST"}, std::make_shared<CommandPage>(stack.pluginHost().tables()));
  _acceptor = std::make_unique<net::Acceptor>(
      _loop, address, port, [this](net::Loop&) { return std::make_unique<http::ServerConnection>(_service); });
}

Operations::~Operations() {
  stop();
}

void Operations::start() {
  _thread = std::thread([this] { _loop.run(); });
  pthread_setname_np(_thread.native_handle(), "operations");
}

void Operations::stop() {
  if (!_thread.joinable()) return;
  _loop.stop();
  _thread.join();
}

}  // namespace chat::app
