#include "plugin/api/Plugin.h"

#include <memory>

#include "login/LoginEnd.h"
#include "login/LoginHandler.h"
#include "login/LogoutHandler.h"
#include "login/TokenHandler.h"

namespace {

class LoginPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context& context, chat::plugin::Registrar& registrar) override {
    _parts = std::make_unique<Parts>(context);
    registrar.onEvent("login", _parts->login);
    registrar.onEvent("logout", _parts->logout);
    registrar.onConnect(10, _parts->token);
    registrar.onIdentityEnd(_parts->end);
  }
  void stop() noexcept override { _parts.reset(); }

 private:
  struct Parts {
    explicit Parts(chat::plugin::Context& context)
        : login(
              context.database(), context.logger(), chat::base::systemClock(), hasher,
              {context.settings().boolean("autoCreate"), std::chrono::hours(context.settings().integer("tokenHours"))}),
          logout(context.database(), context.emitter()),
          token(context.database(), chat::base::systemClock()) {}

    chat::login::PasswordHasher hasher;
    chat::login::LoginHandler login;
    chat::login::LogoutHandler logout;
    chat::login::TokenHandler token;
    chat::login::LoginEnd end;
  };
  std::unique_ptr<Parts> _parts;
};

}  // namespace

CHAT_PLUGIN(LoginPlugin, "login", "1.0.0",
            "event login\n"
            "event logout\n"
            "setting autoCreate boolean true | The first login of a name creates the account\n"
            "setting tokenHours integer 720 1..87600 | How long a token is valid\n")
