#include "login/PasswordRule.h"

#include <Poco/TextIterator.h>
#include <Poco/UTF8Encoding.h>

#include <string>

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

bool isUtf8(std::string_view text) {
  const std::string owned(text);
  const Poco::UTF8Encoding utf8;
  const Poco::TextIterator end(owned);
  for (Poco::TextIterator character(owned, utf8); character != end; ++character) {
    if (*character < 0) return false;
  }
  return true;
}

}  // namespace chat::login
