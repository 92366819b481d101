#include "plugin/api/Plugin.h"

#include <functional>
#include <memory>
#include <utility>

#include "typing/TypingHandler.h"

namespace {

class TypingPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 1);
    const auto number = [&](const char* key) { return static_cast<std::uint32_t>(context.settings().integer(key)); };
    _handler = std::make_unique<chat::typing::TypingHandler>(
        context.database(), context.emitter(), context.clock(), context.logger(),
        [&context](std::function<void()> task) { return context.submit(std::move(task)); },
        chat::typing::TypingHandler::Settings{number("seconds"), number("burst"), number("perSecond")});
    registrar.onEvent("typing", *_handler);
  }
  void stop() noexcept override { _handler.reset(); }

 private:
  std::unique_ptr<chat::typing::TypingHandler> _handler;
};

}  // namespace

CHAT_PLUGIN(TypingPlugin, "typing", "1.0.0",
            "event typing\n"
            "setting seconds integer 6 1..60 | How long a user counts as typing without saying so again\n"
            "setting burst integer 20 1..100000 | How often a user may say so at once\n"
            "setting perSecond integer 5 1..1000 | How often a user may say so in a second after that\n")
