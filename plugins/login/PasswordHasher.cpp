#include "login/PasswordHasher.h"

#include <sodium.h>

#include <array>
#include <new>
#include <stdexcept>

#include "login/Token.h"

namespace chat::login {

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
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

void PasswordHasher::pretendToVerify(std::string_view password) const {
  (void)verify(_nobody, password);
}

bool PasswordHasher::isOutdated(const std::string& hash) const {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), _cost.operations, _cost.memoryBytes) != 0;
}

}  // namespace chat::login
