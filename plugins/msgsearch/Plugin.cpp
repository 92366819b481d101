#include "plugin/api/Plugin.h"

#include <memory>

#include "msgsearch/MsgSearchHandler.h"

namespace {

class MsgSearchPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 3);
    context.migrate("messages", 4);
    _handler = std::make_unique<chat::msgsearch::MsgSearchHandler>(context.database());
    registrar.onEvent("msgsearch", *_handler);
  }
  void stop() noexcept override { _handler.reset(); }

 private:
  std::unique_ptr<chat::msgsearch::MsgSearchHandler> _handler;
};

}  // namespace

CHAT_PLUGIN(MsgSearchPlugin, "msgsearch", "1.0.0", "event msgsearch\n")
