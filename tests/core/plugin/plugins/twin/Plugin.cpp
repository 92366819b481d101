// Has a class of the same name as another plugin, deliberately not hidden in an unnamed namespace.
#include "plugin/api/Plugin.h"

class Handler final : public chat::plugin::EventHandler {
 public:
  void handle(const chat::plugin::Request&, chat::plugin::Reply& reply) override;
};

void Handler::handle(const chat::plugin::Request&, chat::plugin::Reply& reply) {
  reply.answer(0, TWIN_ANSWER);
}

CHAT_EVENT_PLUGIN(Handler, TWIN_NAME, "1.0.0")
