// Registers an event that it doesn't declare.
#include "plugin/api/Plugin.h"

namespace {
class SecretHandler final : public chat::plugin::EventHandler {
 public:
  void handle(const chat::plugin::Request&, chat::plugin::Reply&) override {}
};
class UndeclaredPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar& registrar) override {
    registrar.onEvent("secret", _handler);
  }

 private:
  SecretHandler _handler;
};
}  // namespace

CHAT_PLUGIN(UndeclaredPlugin, "undeclared", "1.0.0", "")
