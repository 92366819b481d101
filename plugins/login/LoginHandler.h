#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "base/Clock.h"
#include "login/AccountStore.h"
#include "login/AttemptLimiter.h"
#include "login/Password.h"
#include "login/PasswordHasher.h"
#include "login/TokenStore.h"
#include "plugin/api/EventHandler.h"

namespace Poco {
class Logger;
}

namespace chat::login {

/// Event `login`: authenticates an account, or creates it, and gives the socket that identity and a token.
class LoginHandler final : public plugin::EventHandler {
 public:
  struct Settings {
    bool autoCreate = true;
    std::chrono::hours tokenLife{720};
  };

  LoginHandler(data::Database& database, Poco::Logger& logger, const base::Clock& clock, const PasswordHasher& hasher,
               const Settings& settings);

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  struct Credentials;
  struct LoggedIn {
    Account account;
    bool created = false;
  };

  LoggedIn authenticate(const Credentials& credentials, std::string_view address);
  bool verify(Account& account, const Password& password);
  bool refuse(const Password& password) const;
  void refuseWhileWaiting(const std::string& account, std::string_view address);
  void removeExpiredTokens() noexcept;

  AccountStore _accounts;
  TokenStore _tokens;
  Poco::Logger& _logger;
  const base::Clock& _clock;
  const PasswordHasher& _hasher;
  Settings _settings;
  AttemptLimiter _limiter;
  std::atomic<support::Millis> _nextCleaning{0};
};

/// `{"type":"login","id":…,"user_auth":{"username":…}}`, as `login` and `logout` answer.
std::string loginData(const std::string& id, const std::string& username);

}  // namespace chat::login
