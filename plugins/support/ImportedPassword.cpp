#include "support/ImportedPassword.h"

#include <charconv>

namespace chat::support {
namespace {

int valueOf(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

/// What stands before the next `$`, which is taken away with it.
std::string_view nextField(std::string_view& text) noexcept {
  const std::string_view field = text.substr(0, text.find('$'));
  text.remove_prefix(field.size() == text.size() ? text.size() : field.size() + 1);
  return field;
}

}  // namespace

std::string toHex(std::string_view bytes) {
  constexpr std::string_view Digits = "0123456789abcdef";
  std::string digits;
  digits.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    digits += Digits[value >> 4U];
    digits += Digits[value & 15U];
  }
  return digits;
}

std::optional<std::string> fromHex(std::string_view digits) {
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = valueOf(digits[i]);
    const int low = valueOf(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

std::string ImportedPassword::text() const {
  return std::string(Prefix) + std::to_string(rounds) + "$" + toHex(salt) + "$" + toHex(digest);
}

std::optional<ImportedPassword> ImportedPassword::parse(std::string_view hash) {
  if (!hash.starts_with(Prefix)) return std::nullopt;
  hash.remove_prefix(Prefix.size());
  ImportedPassword password;
  const std::string_view rounds = nextField(hash);
  const auto read = std::from_chars(rounds.data(), rounds.data() + rounds.size(), password.rounds);
  const auto salt = fromHex(nextField(hash));
  const auto digest = fromHex(hash);
  if (read.ec != std::errc() || read.ptr != rounds.data() + rounds.size() || password.rounds == 0 ||
      password.rounds > MaxRounds || !salt || !digest || digest->size() != DigestBytes) {
    return std::nullopt;
  }
  password.salt = *salt;
  password.digest = *digest;
  return password;
}

}  // namespace chat::support
