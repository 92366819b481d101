#include "plugin/api/Plugin.h"

/// Sends back its arguments, with binary attachments: as an event and as the acknowledgement.
class Echo final : public chat::plugin::EventHandler {
  chat::plugin::Execution execution() const noexcept override { return chat::plugin::Execution::Inline; }
  void handle(const chat::plugin::Request& request, chat::plugin::Reply& reply) override {
    reply.emit("echo", request.args(), true);
    if (request.wantsAck()) reply.acknowledgeArgs(request.args(), true);
  }
};

CHAT_EVENT_PLUGIN(Echo, "echo", "1.0.0")
