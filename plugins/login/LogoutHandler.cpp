#include "login/LogoutHandler.h"

#include "login/LoginEnd.h"
#include "login/LoginHandler.h"
#include "support/RequireIdentity.h"

namespace chat::login {

void LogoutHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const plugin::Identity identity = support::requireIdentity(request.caller());
  // In this order: a socket that connects in between finds no token.
  _tokens.end(identity.credential, {reason::Logout, support::toMillis(_clock.wallTime())});
  _emitter.endCredential(identity.credential, reason::Logout, request.caller().socketId());
  reply.setIdentity(std::nullopt);
  reply.answer(0, R"({"data":)" + loginData(identity.user.value, identity.name) + "}");
}

}  // namespace chat::login
