#include "plugin/api/Plugin.h"

#include <memory>

#include "login/EndedTokens.h"
#include "login/LoginEnd.h"
#include "login/LoginHandler.h"
#include "login/LogoutHandler.h"
#include "login/TokenHandler.h"
#include "login/TokenSweep.h"
#include "login/UserCommand.h"

namespace {

class LoginPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    context.migrate("login", 2);
    _parts = std::make_unique<Parts>(context);
    if (chat::login::AccountStore(context.database()).hasImportedPasswords()) _parts->hasher.expectImported();
    registrar.onEvent("login", _parts->login);
    registrar.onEvent("logout", _parts->logout);
    registrar.onConnect(10, _parts->token);
    registrar.onIdentityEnd(_parts->end);
    registrar.onCommand("user", _parts->user);
    registrar.onTimer("ended tokens", std::chrono::milliseconds(context.settings().integer("endedTokensMs")),
                      _parts->ended);
    if (context.settings().integer("sweepSeconds") > 0) {
      registrar.onTimer("token sweep", std::chrono::milliseconds(500), _parts->sweep);
    }
  }
  void stop() noexcept override { _parts.reset(); }

 private:
  struct Parts {
    explicit Parts(chat::plugin::Context& context)
        : login(
              context.database(), context.logger(), chat::base::systemClock(), hasher,
              {context.settings().boolean("autoCreate"), std::chrono::hours(context.settings().integer("tokenHours"))}),
          logout(context.database(), context.emitter(), chat::base::systemClock()),
          token(context.database(), chat::base::systemClock()),
          user(context.database(), chat::base::systemClock(), hasher),
          ended(context.database(), context.emitter(), chat::base::systemClock()),
          sweep(context.database(), context.emitter(), chat::base::systemClock(), ended,
                std::chrono::seconds(context.settings().integer("sweepSeconds"))) {}

    chat::login::PasswordHasher hasher;
    chat::login::LoginHandler login;
    chat::login::LogoutHandler logout;
    chat::login::TokenHandler token;
    chat::login::LoginEnd end;
    chat::login::UserCommand user;
    chat::login::EndedTokens ended;
    chat::login::TokenSweep sweep;
  };
  std::unique_ptr<Parts> _parts;
};

}  // namespace

CHAT_PLUGIN(LoginPlugin, "login", "1.0.0",
            "event login\n"
            "event logout\n"
            "command user\n"
            "setting autoCreate boolean true | The first login of a name creates the account\n"
            "setting tokenHours integer 720 1..87600 | How long a token is valid\n"
            "setting endedTokensMs integer 500 50..10000 | How often it is looked for tokens ended by others\n"
            "setting sweepSeconds integer 30 0..86400 | How often all tokens in use are looked up; 0: never\n")
