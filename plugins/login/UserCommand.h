#pragma once

#include <string>
#include <string_view>

#include "base/Clock.h"
#include "login/AccountStore.h"
#include "login/PasswordHasher.h"
#include "login/TokenStore.h"
#include "plugin/api/CommandHandler.h"

namespace chat::login {

/// Command `user`: administers accounts. Every server that uses the database notices the tokens that it ends
/// (EndedTokens). Thread: any that may block.
class UserCommand final : public plugin::CommandHandler {
 public:
  UserCommand(data::Database& database, const base::Clock& clock, const PasswordHasher& hasher)
      : _accounts(database), _tokens(database), _clock(clock), _hasher(hasher) {}

  void run(plugin::CommandCall& call) override;

 private:
  struct Words;

  void add(const Words& words, plugin::CommandCall& call);
  void list(const Words& words, plugin::CommandCall& call);
  void disable(const Words& words, plugin::CommandCall& call);
  void enable(const Words& words, plugin::CommandCall& call);
  void changePassword(const Words& words, plugin::CommandCall& call);
  void revoke(const Words& words, plugin::CommandCall& call);

  Account require(const std::string& name);
  support::Millis now() const { return support::toMillis(_clock.wallTime()); }

  AccountStore _accounts;
  TokenStore _tokens;
  const base::Clock& _clock;
  const PasswordHasher& _hasher;
};

}  // namespace chat::login
