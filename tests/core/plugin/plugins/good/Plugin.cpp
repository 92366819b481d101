// A plugin as it should be: each role once, settings, and every way in which a handler can end.
#include "plugin/api/Plugin.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include <stdexcept>
#include <string>

namespace {

class Handler final : public chat::plugin::EventHandler {
 public:
  chat::plugin::Execution execution() const noexcept override { return chat::plugin::Execution::Inline; }
  void handle(const chat::plugin::Request&, chat::plugin::Reply& reply) override { reply.answer(0, "\"good\""); }
};

class TooLate final : public chat::plugin::AppError {
 public:
  TooLate() : AppError(429, "too many", 7) {}
};

class FailHandler final : public chat::plugin::EventHandler {
 public:
  void handle(const chat::plugin::Request& request, chat::plugin::Reply&) override {
    const auto how = request.args();
    if (how == "AppError") throw chat::plugin::AppError(403, "not yours");
    if (how == "derived") throw TooLate();
    if (how == "Poco") throw Poco::IOException("the disk is gone");
    if (how == "std") throw std::out_of_range("beyond");
    throw 42;
  }
};

class CountHandler final : public chat::plugin::EventHandler {
 public:
  void handle(const chat::plugin::Request&, chat::plugin::Reply& reply) override {
    static int count = 0;
    reply.answer(0, std::to_string(++count));
  }
};

class Door final : public chat::plugin::ConnectHandler {
 public:
  void connect(chat::plugin::Admission&) override {}
};

class Farewell final : public chat::plugin::DisconnectHandler {
 public:
  void disconnected(const chat::plugin::Caller&, std::string_view) override {}
};

class GoodPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    _logger = &context.logger();
    const auto& settings = context.settings();
    _logger->information("greeting " + settings.text("greeting") + ", limit " +
                         std::to_string(settings.integer("limit")) + ", loud " +
                         (settings.boolean("loud") ? "yes" : "no"));
    context.emitter().emit(chat::plugin::Target::toNamespace("/"), "started", "1");
    registrar.onEvent("who", _handler);
    registrar.onEvent("fail", _fail);
    registrar.onEvent("count to", _count);
    registrar.onConnect(50, _late);
    registrar.onConnect(10, _early);
    registrar.onDisconnect(_farewell);
  }
  void stop() noexcept override { _logger->information("stopped"); }

 private:
  Handler _handler;
  FailHandler _fail;
  CountHandler _count;
  Door _late;
  Door _early;
  Farewell _farewell;
  Poco::Logger* _logger = nullptr;
};

}  // namespace

CHAT_PLUGIN(GoodPlugin, "good", "1.2.3",
            "event who\n"
            "event fail\n"
            "event count to\n"
            "setting greeting text \"hello there\" 0..40 | What it says | or not\n"
            "setting limit integer 10 1..100 | How many\n"
            "setting loud boolean false | Whether it shouts\n")
