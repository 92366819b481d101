#include "login/PasswordHasher.h"

#include <openssl/evp.h>
#include <sodium.h>

#include <array>
#include <new>
#include <stdexcept>

#include "login/Token.h"
#include "support/ImportedPassword.h"

namespace chat::login {
namespace {

/// A hash that no password has.
const support::ImportedPassword Nobodys{support::ImportedPassword::UsualRounds, "0123456789abcdef", {}};

bool isOf(const std::string& hash, std::string_view password) noexcept {
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool isImported(const support::ImportedPassword& hash, std::string_view password) {
  std::array<unsigned char, support::ImportedPassword::DigestBytes> digest;
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                        reinterpret_cast<const unsigned char*>(hash.salt.data()), static_cast<int>(hash.salt.size()),
                        static_cast<int>(hash.rounds), EVP_sha256(), static_cast<int>(digest.size()),
                        digest.data()) != 1) {
    throw std::bad_alloc();
  }
  return hash.digest.size() == digest.size() && sodium_memcmp(digest.data(), hash.digest.data(), digest.size()) == 0;
}

// Of the server that users come from, some releases hashed the password, others its bytes in hexadecimal digits.
bool verifyImported(const support::ImportedPassword& hash, std::string_view password) {
  if (isImported(hash, password)) return true;
  std::string hex(password.size() * 2 + 1, '\0');
  sodium_bin2hex(hex.data(), hex.size(), reinterpret_cast<const unsigned char*>(password.data()), password.size());
  hex.pop_back();
  return isImported(hash, hex);
}

}  // namespace

PasswordHasher::PasswordHasher(Cost cost) : _cost(cost) {
  if (sodium_init() < 0) throw std::runtime_error("libsodium can't start");
  _nobody = hash(makeToken());
}

std::string PasswordHasher::hash(std::string_view password) const {
  std::array<char, crypto_pwhash_STRBYTES> text;
  if (crypto_pwhash_str_alg(text.data(), password.data(), password.size(), _cost.operations, _cost.memoryBytes,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  return text.data();
}

bool PasswordHasher::verify(const std::string& hash, std::string_view password) const {
  if (const auto imported = support::ImportedPassword::parse(hash)) {
    expectImported();
    return verifyImported(*imported, password) || (isOf(_nobody, password), false);
  }
  if (!hash.starts_with(crypto_pwhash_STRPREFIX)) return refuse(password);  // of an account without a password
  return isOf(hash, password) || (_expectsImported && verifyImported(Nobodys, password));
}

bool PasswordHasher::refuse(std::string_view password) const {
  (void)verify(_nobody, password);
  return false;
}

bool PasswordHasher::isOutdated(const std::string& hash) const {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), _cost.operations, _cost.memoryBytes) != 0;
}

}  // namespace chat::login
