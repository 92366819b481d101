#include "plugin/api/Plugin.h"

#include <string>

namespace {

/// Sends back its arguments, followed by its version, which tells the client which of two plugins has answered.
class Relay final : public chat::plugin::EventHandler {
 public:
  explicit Relay(chat::plugin::Execution execution) : _execution(execution) {}
  chat::plugin::Execution execution() const noexcept override { return _execution; }
  void handle(const chat::plugin::Request& request, chat::plugin::Reply& reply) override {
    const auto args = std::string(request.args()) + "," RELAY_VERSION;
    reply.emit(request.event(), args);
    reply.acknowledgeArgs(args);
  }

 private:
  chat::plugin::Execution _execution;
};

/// The same on a worker and on the loop. Built twice, with other versions.
class RelayPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar& registrar) override {
    registrar.onEvent("relay", _worker);
    registrar.onEvent("relay now", _inline);
  }

 private:
  Relay _worker{chat::plugin::Execution::Worker};
  Relay _inline {chat::plugin::Execution::Inline};
};

}  // namespace

CHAT_PLUGIN(RelayPlugin, "relay", RELAY_VERSION ".0.0", "event relay\nevent relay now\n")
