#include "login/LoginEnd.h"

#include <string>

namespace chat::login {
namespace {

std::string_view detailOf(std::string_view why) {
  if (why == reason::Logout) return "You have logged out elsewhere: log in again";
  if (why == reason::Disabled) return "This account is disabled";
  if (why == reason::Password) return "The password was changed: log in again";
  if (why == reason::Erased) return "This account was deleted";
  if (why == "expired") return "Your login has expired: log in again";
  return "Your login was ended: log in again";
}

}  // namespace

void LoginEnd::identityEnded(const plugin::Caller&, const plugin::Identity&, std::string_view reason,
                             plugin::Reply& reply) {
  reply.emit("login", R"({"errors":{"code":"401","detail":")" + std::string(detailOf(reason)) + R"("}})");
}

}  // namespace chat::login
