#pragma once

#include "base/Clock.h"
#include "login/TokenStore.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/EventHandler.h"

namespace chat::login {

/// Event `logout`: ends the token, on every socket that uses it.
class LogoutHandler final : public plugin::EventHandler {
 public:
  LogoutHandler(data::Database& database, plugin::Emitter& emitter, const base::Clock& clock)
      : _tokens(database), _emitter(emitter), _clock(clock) {}

  void handle(const plugin::Request& request, plugin::Reply& reply) override;

 private:
  TokenStore _tokens;
  plugin::Emitter& _emitter;
  const base::Clock& _clock;
};

}  // namespace chat::login
