#include "login/Token.h"

#include <sodium.h>

#include <array>

namespace chat::login {

std::string makeToken() {
  std::array<unsigned char, 32> bytes;
  randombytes_buf(bytes.data(), bytes.size());
  constexpr int Variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::string token(sodium_base64_ENCODED_LEN(bytes.size(), Variant), '\0');
  sodium_bin2base64(token.data(), token.size(), bytes.data(), bytes.size(), Variant);
  token.pop_back();  // libsodium's terminating NUL
  return token;
}

std::string hashToken(std::string_view token) {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(token.data()), token.size());
  std::string hex(hash.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), hash.data(), hash.size());
  hex.pop_back();
  return hex;
}

bool isTokenHash(std::string_view text) noexcept {
  return text.size() == crypto_hash_sha256_BYTES * 2 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace chat::login
