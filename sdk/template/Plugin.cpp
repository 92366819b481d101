#include "plugin/api/Plugin.h"

#include <optional>

#include "@name@/@Class@Handler.h"

namespace {

class @Class@Plugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    registrar.onEvent("@name@", _handler.emplace(context.settings().text("greeting")));
  }

 private:
  std::optional<@Class@Handler> _handler;
};

}  // namespace

CHAT_PLUGIN(@Class@Plugin, "@name@", "1.0.0",
            "event @name@\n"
            "setting greeting text Hello 1..100 | What an asker is greeted with\n")
