#include "plugin/api/Plugin.h"

class Hello final : public chat::plugin::EventHandler {
  void handle(const chat::plugin::Request& request, chat::plugin::Reply& reply) override {
    const auto* who = request.caller().identity();
    if (!who) throw chat::plugin::AppError(401, "log in first");
    reply.answer(0, R"({"data":{"type":"hello","text":"Hello )" + who->name + R"("}})");
  }
};

CHAT_EVENT_PLUGIN(Hello, "hello", "1.0.0")
