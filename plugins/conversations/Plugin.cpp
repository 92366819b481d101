#include "plugin/api/Plugin.h"

#include <memory>

#include "conversations/ConversationsHandler.h"

namespace {

class ConversationsPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 3);
    context.migrate("messages", 6);
    context.migrate("receipts", 2);
    _handler = std::make_unique<chat::conversations::ConversationsHandler>(context.database());
    registrar.onEvent("conversations", *_handler);
  }
  void stop() noexcept override { _handler.reset(); }

 private:
  std::unique_ptr<chat::conversations::ConversationsHandler> _handler;
};

}  // namespace

CHAT_PLUGIN(ConversationsPlugin, "conversations", "1.0.0", "event conversations\n")
