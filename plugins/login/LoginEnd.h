#pragma once

#include <string_view>

#include "plugin/api/IdentityEndHandler.h"

namespace chat::login {

/// Why a token has ended, as stored in the database and passed to Emitter::endCredential.
namespace reason {
inline constexpr std::string_view Logout = "logout";
inline constexpr std::string_view Revoked = "revoked";
inline constexpr std::string_view Disabled = "disabled";
inline constexpr std::string_view Password = "password";
inline constexpr std::string_view Erased = "erased";  ///< by the command `erase` of the plugin `archive`
}  // namespace reason

/// Tells a client that it has lost its identity: event `login` with a 401. Thread: loops; it has no state.
class LoginEnd final : public plugin::IdentityEndHandler {
 public:
  void identityEnded(const plugin::Caller& caller, const plugin::Identity& was, std::string_view reason,
                     plugin::Reply& reply) override;
};

}  // namespace chat::login
