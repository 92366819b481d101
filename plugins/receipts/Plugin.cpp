#include "plugin/api/Plugin.h"

#include <memory>

#include "receipts/ReceiptsHandler.h"

namespace {

class ReceiptsPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 3);
    context.migrate("messages", 6);
    context.migrate("receipts", 2);
    const auto rate = [&](const char* key) { return static_cast<std::uint32_t>(context.settings().integer(key)); };
    _handler = std::make_unique<chat::receipts::ReceiptsHandler>(
        context.database(), context.emitter(), chat::base::systemClock(),
        chat::support::RateLimiter::Rate{rate("burst"), rate("perSecond")},
        static_cast<std::uint64_t>(context.settings().integer("reach")));
    registrar.onEvent("receipts", *_handler);
  }
  void stop() noexcept override { _handler.reset(); }

 private:
  std::unique_ptr<chat::receipts::ReceiptsHandler> _handler;
};

}  // namespace

CHAT_PLUGIN(
    ReceiptsPlugin, "receipts", "1.0.0",
    "event receipts\n"
    "setting burst integer 60 1..100000 | How many receipts a user may send or ask for at once\n"
    "setting perSecond integer 20 1..100000 | How many receipts a user may send or ask for in a second after that\n"
    "setting reach integer 100000 1000..100000000 | How many messages a receipt passes at most, if it ends as far from "
    "the newest one\n")
