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
/// The first to wait is the pair of account and address, from its 5th failure in a row: whoever guesses from elsewhere
/// has a pair of his own and leaves the owner's alone. Who guesses at many accounts, or from many addresses, meets the
/// address's or the account's own wait, 100 failures later. Those two don't hold for a pair that has logged in before:
/// so the owner gets in at home, whoever is guessing.
///
/// A refused attempt counts for nothing. No wait is longer than 30 s.
///
/// Thread: any. Limits: 10,000 keys of each kind.
class AttemptLimiter {
 public:
  static constexpr std::size_t Capacity = 10'000;

  explicit AttemptLimiter(const base::Clock& clock);

  /// In how many seconds the account may be tried from the address, from 1 to 30; 0 for now.
  /// To be asked before the password is looked at, and again before the answer tells what was found: attempts at one
  /// time would else all pass before the first of them has failed.
  std::uint32_t secondsToWait(const std::string& account, std::string_view address);
  void failed(const std::string& account, std::string_view address);
  void succeeded(const std::string& account, std::string_view address);

  /// For tests: how much is remembered.
  std::size_t size() const;

 private:
  base::Duration waitOf(const std::string& pair, const std::string& account, const std::string& network,
                        base::TimePoint now) const;

  const base::Clock& _clock;
  mutable std::mutex _mutex;
  FailureCounter _pairs;
  FailureCounter _networks;
  FailureCounter _accounts;
  std::list<std::string> _trustedOrder;  ///< pairs that have logged in, the least recent first
  std::unordered_map<std::string, std::list<std::string>::iterator> _trusted;
};

/// What of an address counts as one place: an IPv4 address; of IPv6 the first 64 bits, as the rest is the user's to
/// choose.
std::string networkOf(std::string_view address);

}  // namespace chat::login
