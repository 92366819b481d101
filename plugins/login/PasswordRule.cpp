#include "login/PasswordRule.h"

#include "support/Text.h"

namespace chat::login {
namespace {

constexpr std::size_t MinCharacters = 8;
constexpr std::size_t MaxCharacters = 1024;

}  // namespace

bool isGoodPassword(std::string_view password) noexcept {
  const std::size_t characters = support::countCharacters(password);
  return characters >= MinCharacters && characters <= MaxCharacters;
}

}  // namespace chat::login
