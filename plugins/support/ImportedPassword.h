#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chat::support {

/// A password hash that was taken over from another server: PBKDF2-HMAC-SHA256. `account.password_hash` has it as
/// `$pbkdf2-sha256$ROUNDS$SALT$DIGEST`, salt and digest in hexadecimal digits, until its user logs in: then the plugin
/// `login` replaces it by a hash of its own.
struct ImportedPassword {
  static constexpr std::string_view Prefix = "$pbkdf2-sha256$";
  static constexpr unsigned UsualRounds = 100'000;
  static constexpr unsigned MaxRounds = 10'000'000;
  static constexpr std::size_t DigestBytes = 32;
  static constexpr std::size_t MaxSaltBytes = 64;

  unsigned rounds = UsualRounds;
  std::string salt;    ///< bytes
  std::string digest;  ///< bytes

  std::string text() const;
  /// Nothing for another kind of hash.
  static std::optional<ImportedPassword> parse(std::string_view hash);
};

/// Bytes as hexadecimal digits and back; nothing if the text isn't made of pairs of digits.
std::string toHex(std::string_view bytes);
std::optional<std::string> fromHex(std::string_view digits);

}  // namespace chat::support
