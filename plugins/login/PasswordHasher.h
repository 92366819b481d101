#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat::login {

/// Argon2id by libsodium. About 11 ms of one core and 19 MiB for each hash with the defaults (OWASP's second choice of
/// parameters), so never on a loop. Thread: any; immutable.
class PasswordHasher {
 public:
  struct Cost {
    unsigned long long operations = 2;
    std::size_t memoryBytes = 19 * 1024 * 1024;
  };

  /// Throws std::runtime_error where libsodium can't start.
  explicit PasswordHasher(Cost cost);
  PasswordHasher() : PasswordHasher(Cost{}) {}

  /// A string that holds salt and parameters: `$argon2id$v=19$…`. Throws std::bad_alloc where the memory is missing.
  std::string hash(std::string_view password) const;
  bool verify(const std::string& hash, std::string_view password) const;
  /// Takes as long as `verify()` with a wrong password: so that time doesn't tell which accounts exist.
  void pretendToVerify(std::string_view password) const;
  /// Whether the hash was made at another cost than today's.
  bool isOutdated(const std::string& hash) const;

 private:
  Cost _cost;
  std::string _nobody;  ///< the hash of a password that nobody has
};

}  // namespace chat::login
