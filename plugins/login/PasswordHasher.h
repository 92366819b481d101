#pragma once

#include <atomic>
#include <cstddef>
#include <string>
#include <string_view>

namespace chat::login {

/// Argon2id by libsodium. About 11 ms of one core and 19 MiB for each hash with the defaults (OWASP's second choice of
/// parameters), so never on a loop. Thread: any.
///
/// It also verifies hashes of another server (support::ImportedPassword). As long as there are some, a refused password
/// costs both kinds of hashes, whatever the account has: so the time shows neither which accounts exist nor which of
/// them were imported.
class PasswordHasher {
 public:
  struct Cost {
    unsigned long long operations = 2;
    std::size_t memoryBytes = 19 * 1024 * 1024;
  };

  /// Throws std::runtime_error if libsodium can't be initialised.
  explicit PasswordHasher(Cost cost);
  PasswordHasher() : PasswordHasher(Cost{}) {}

  /// A string with salt and parameters: `$argon2id$v=19$…`. Throws std::bad_alloc if there isn't enough memory.
  std::string hash(std::string_view password) const;
  bool verify(const std::string& hash, std::string_view password) const;
  /// False. Takes as long as `verify()` with a wrong password, so that the time doesn't show which accounts exist.
  bool refuse(std::string_view password) const;
  /// There are accounts with imported passwords.
  void expectImported() const noexcept { _expectsImported = true; }
  /// Whether the hash was made with other cost parameters than the present ones.
  bool isOutdated(const std::string& hash) const;

 private:
  Cost _cost;
  std::string _nobody;  ///< the hash of an unused password
  mutable std::atomic<bool> _expectsImported{false};
};

}  // namespace chat::login
