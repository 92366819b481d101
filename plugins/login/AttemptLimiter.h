#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/Clock.h"
#include "login/FailureCounter.h"

namespace chat::login {

/// Slows down the guessing of passwords.
///
/// First the pair of account and address has to wait, from its 5th failure in a row: guesses from another address
/// belong to another pair and don't affect the owner's. After 100 more failures an address that tries many accounts, or
/// an account that is tried from many addresses, has to wait. These two waits don't apply to a pair that has logged in
/// before, so that the owner can log in at home in spite of guesses from elsewhere.
///
/// A refused attempt isn't counted. No wait is longer than 30 s.
///
/// Thread: any. Limits: 10,000 keys of each kind.
class AttemptLimiter {
 public:
  static constexpr std::size_t Capacity = 10'000;

  explicit AttemptLimiter(const base::Clock& clock);

  /// The seconds until the account may be tried from the address, 1 to 30; 0: now. To be called before the password is
  /// checked, and again before the answer shows the result: otherwise simultaneous attempts would all pass before the
  /// first of them has failed.
  std::uint32_t secondsToWait(const std::string& account, std::string_view address);
  void failed(const std::string& account, std::string_view address);
  void succeeded(const std::string& account, std::string_view address);

  /// For tests: the number of stored keys.
  std::size_t size() const;

 private:
  base::Duration waitOf(const std::string& pair, const std::string& account, const std::string& network,
                        base::TimePoint now) const;

  const base::Clock& _clock;
  mutable std::mutex _mutex;
  FailureCounter _pairs;
  FailureCounter _networks;
  FailureCounter _accounts;
  std::list<std::string> _trustedOrder;  ///< pairs that have logged in, least recent first
  std::unordered_map<std::string, std::list<std::string>::iterator> _trusted;
};

/// The part of an address that counts: an IPv4 address, or the first 64 bits of an IPv6 address, since the client can
/// choose the rest.
std::string networkOf(std::string_view address);

}  // namespace chat::login
