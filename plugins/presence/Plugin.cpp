#include "plugin/api/Plugin.h"

#include <Poco/Logger.h>

#include <memory>

#include "data/Database.h"
#include "presence/PresenceHandler.h"

namespace {

class PresencePlugin final : public chat::plugin::Plugin, public chat::plugin::TimerHandler {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 1);
    context.migrate("presence", 1);
    _clock = &context.clock();
    _logger = &context.logger();
    _writeSeconds = std::chrono::seconds(context.settings().integer("writeSeconds"));
    _handler = std::make_unique<chat::presence::PresenceHandler>(context.database(), context.emitter(), context.clock(),
                                                                 settingsOf(context.settings()));
    registrar.onEvent("presence", *_handler);
    registrar.onConnect(200, *_handler);
    registrar.onDisconnect(*_handler);
    _written = _clock->now();
    registrar.onTimer("tell", std::chrono::milliseconds(context.settings().integer("intervalMs")), *this);
  }
  void stop() noexcept override {
    guarded([this] { _handler->writeLastSeen(); });
    _handler.reset();
  }

 private:
  static chat::presence::PresenceHandler::Settings settingsOf(const chat::plugin::Settings& settings) {
    chat::presence::PresenceHandler::Settings result;
    result.users = static_cast<std::size_t>(settings.integer("users"));
    result.grace = std::chrono::seconds(settings.integer("graceSeconds"));
    result.rate = {static_cast<std::uint32_t>(settings.integer("burst")),
                   static_cast<std::uint32_t>(settings.integer("perSecond"))};
    return result;
  }

  void run() override {
    guarded([this] { _handler->tell(); });
    const auto now = _clock->now();
    if (now - _written < _writeSeconds) return;
    _written = now;
    guarded([this] { _handler->writeLastSeen(); });
  }

  template <typename Call>
  void guarded(Call&& call) noexcept {
    try {
      call();
    } catch (const chat::plugin::AppError&) {
      // A loop was busy: the changes are sent the next time.
    } catch (const chat::data::Unavailable&) {
      // Kept for the next time.
    } catch (const std::exception& error) {
      _logger->warning(std::string("a turn was left out: ") + error.what());
    }
  }

  const chat::base::Clock* _clock = nullptr;
  Poco::Logger* _logger = nullptr;
  chat::base::Duration _writeSeconds{};
  chat::base::TimePoint _written;
  std::unique_ptr<chat::presence::PresenceHandler> _handler;
};

}  // namespace

CHAT_PLUGIN(PresencePlugin, "presence", "1.0.0",
            "event presence\n"
            "setting users integer 100 1..1000 | How many users a socket may watch\n"
            "setting intervalMs integer 1000 50..60000 | How often those who watch are told what has changed\n"
            "setting graceSeconds integer 5 0..600 | How long a user without a socket still counts as there\n"
            "setting writeSeconds integer 10 1..3600 | How often it is written when users were last there\n"
            "setting burst integer 20 1..100000 | How often a user may say at once whom to watch\n"
            "setting perSecond integer 2 1..100000 | How often a user may say so in a second after that\n")
