#pragma once

#include "base/Clock.h"
#include "login/TokenStore.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::login {

/// Reads the token of a socket that connects: `{"token":"…"}`. Without one, or with `null`, the socket is anonymous.
class TokenHandler final : public plugin::ConnectHandler {
 public:
  TokenHandler(data::Database& database, const base::Clock& clock) : _tokens(database), _clock(clock) {}

  void connect(plugin::Admission& admission) override;

 private:
  TokenStore _tokens;
  const base::Clock& _clock;
};

}  // namespace chat::login
