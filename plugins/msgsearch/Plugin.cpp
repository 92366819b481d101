#include "plugin/api/Plugin.h"

#include <memory>

#include "msgsearch/Backfill.h"
#include "msgsearch/MsgSearchHandler.h"

namespace {

class MsgSearchPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 3);
    context.migrate("messages", 6);
    context.migrate("msgsearch", 1);
    _parts = std::make_unique<Parts>(context);
    registrar.onEvent("msgsearch", _parts->handler);
    registrar.onTimer("index", std::chrono::milliseconds(context.settings().integer("indexMs")), _parts->backfill);
  }
  void stop() noexcept override { _parts.reset(); }

 private:
  static chat::msgsearch::MsgSearchHandler::Settings settingsOf(const chat::plugin::Settings& settings) {
    chat::msgsearch::MsgSearchHandler::Settings result;
    result.time = std::chrono::milliseconds(settings.integer("timeMs"));
    result.searchCharacters = static_cast<std::size_t>(settings.integer("searchCharacters"));
    return result;
  }

  struct Parts {
    explicit Parts(chat::plugin::Context& context)
        : handler(context.database(), context.clock(), settingsOf(context.settings())),
          backfill(context.database(), context.clock()) {}

    chat::msgsearch::MsgSearchHandler handler;
    chat::msgsearch::Backfill backfill;
  };
  std::unique_ptr<Parts> _parts;
};

}  // namespace

CHAT_PLUGIN(
    MsgSearchPlugin, "msgsearch", "1.1.0",
    "event msgsearch\n"
    "setting timeMs integer 100 10..10000 | How long a search may take before it answers with what it has found\n"
    "setting searchCharacters integer 1024 1..16383 | The longest search\n"
    "setting indexMs integer 100 10..60000 | How often some older messages are added to the search index\n")
