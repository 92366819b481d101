#include "plugin/api/Plugin.h"

#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "messages/MessageFeed.h"
#include "messages/MessagesHandler.h"
#include "messages/PacketLimit.h"
#include "messages/ReplayHandler.h"
#include "support/SearchProgress.h"

namespace {

class MessagesPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 3);
    context.migrate("messages", 6);
    context.migrate("msgsearch", 1);
    chat::support::SearchProgress(context.database()).begin(chat::support::toMillis(context.clock().wallTime()));
    const auto settings = settingsOf(context.settings());
    chat::messages::warnOfSmallPackets(
        context.database(), context.logger(),
        chat::messages::largestEntry(settings.textCharacters, settings.attributes.bytes));
    _parts = std::make_unique<Parts>(context);
    registrar.onEvent("messages", _parts->messages);
    registrar.onConnect(100, _parts->replay);
    registrar.onTimer("feed", std::chrono::milliseconds(context.settings().integer("feedMs")), _parts->feed);
  }
  void stop() noexcept override { _parts.reset(); }

 private:
  static chat::messages::MessagesHandler::Settings settingsOf(const chat::plugin::Settings& settings) {
    const auto size = [&](const char* key) { return static_cast<std::size_t>(settings.integer(key)); };
    chat::messages::MessagesHandler::Settings result;
    result.textCharacters = size("textCharacters");
    result.attributes = {size("attributesBytes"), size("attributesDepth")};
    result.rate = {static_cast<std::uint32_t>(size("burst")), static_cast<std::uint32_t>(size("perSecond"))};
    return result;
  }

  struct Parts {
    explicit Parts(chat::plugin::Context& context)
        : feed(context.database(), context.emitter(), context.logger(),
               [&context](std::function<void()> task) { return context.submit(std::move(task)); }),
          messages(context.database(), feed, chat::base::systemClock(), settingsOf(context.settings())),
          replay(context.database()) {}

    chat::messages::MessageFeed feed;
    chat::messages::MessagesHandler messages;
    chat::messages::ReplayHandler replay;
  };
  std::unique_ptr<Parts> _parts;
};

}  // namespace

CHAT_PLUGIN(
    MessagesPlugin, "messages", "1.0.0",
    "event messages\n"
    "setting feedMs integer 1000 50..60000 | How often the plugin looks whether another server has stored messages\n"
    "setting textCharacters integer 4096 1..16383 | The longest text of a message\n"
    "setting attributesBytes integer 16384 2..65535 | The largest attributes of a message, as JSON\n"
    "setting attributesDepth integer 32 1..256 | How deep the attributes of a message may be nested\n"
    "setting burst integer 30 1..100000 | How many messages a user may send at once\n"
    "setting perSecond integer 10 1..100000 | How many messages a user may send in a second after that\n")
