// Claims an event that another plugin handles.
#include "plugin/api/Plugin.h"

namespace {
class TakenHandler final : public chat::plugin::EventHandler {
 public:
  void handle(const chat::plugin::Request&, chat::plugin::Reply&) override {}
};
class TakenPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar& registrar) override {
    registrar.onEvent("who", _handler);
  }

 private:
  TakenHandler _handler;
};
}  // namespace

CHAT_PLUGIN(TakenPlugin, "taken", "1.0.0", "event who\n")
