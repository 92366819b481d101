#include "login/AttemptLimiter.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

namespace chat::login {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr FailureCounter::Rule PairRule{5, seconds(5), seconds(30), minutes(10), AttemptLimiter::Capacity};
constexpr FailureCounter::Rule WideRule{100, seconds(5), seconds(30), minutes(1), AttemptLimiter::Capacity};

std::string pairKey(const std::string& account, const std::string& network) {
  return account + "\n" + network;
}

}  // namespace

std::string networkOf(std::string_view address) {
  const std::string text(address);
  in6_addr ip;
  if (inet_pton(AF_INET6, text.c_str(), &ip) != 1) return text;
  if (!IN6_IS_ADDR_V4MAPPED(&ip)) return std::string(reinterpret_cast<const char*>(ip.s6_addr), 8);
  std::array<char, INET_ADDRSTRLEN> dotted;
  return inet_ntop(AF_INET, ip.s6_addr + 12, dotted.data(), dotted.size());
}

AttemptLimiter::AttemptLimiter(const base::Clock& clock)
    : _clock(clock), _pairs(PairRule), _networks(WideRule), _accounts(WideRule) {}

std::uint32_t AttemptLimiter::secondsToWait(const std::string& account, std::string_view address) {
  const std::string network = networkOf(address);
  const base::TimePoint now = _clock.now();
  const std::lock_guard lock(_mutex);
  const base::Duration wait = waitOf(pairKey(account, network), account, network, now);
  return static_cast<std::uint32_t>(std::chrono::ceil<seconds>(wait).count());
}

void AttemptLimiter::failed(const std::string& account, std::string_view address) {
  const std::string network = networkOf(address);
  const std::string pair = pairKey(account, network);
  const base::TimePoint now = _clock.now();
  const std::lock_guard lock(_mutex);
  if (waitOf(pair, account, network, now) > base::Duration::zero()) return;
  _pairs.fail(pair, now);
  _networks.fail(network, now);
  _accounts.fail(account, now);
}

void AttemptLimiter::succeeded(const std::string& account, std::string_view address) {
  const std::string pair = pairKey(account, networkOf(address));
  const std::lock_guard lock(_mutex);
  _pairs.clear(pair);
  const auto [place, isNew] = _trusted.try_emplace(pair);
  if (isNew) {
    place->second = _trustedOrder.insert(_trustedOrder.end(), pair);
  } else {
    _trustedOrder.splice(_trustedOrder.end(), _trustedOrder, place->second);
  }
  if (_trustedOrder.size() > Capacity) {
    _trusted.erase(_trustedOrder.front());
    _trustedOrder.pop_front();
  }
}

std::size_t AttemptLimiter::size() const {
  const std::lock_guard lock(_mutex);
  return _pairs.size() + _networks.size() + _accounts.size() + _trusted.size();
}

base::Duration AttemptLimiter::waitOf(const std::string& pair, const std::string& account, const std::string& network,
                                      base::TimePoint now) const {
  const base::Duration ownWait = _pairs.wait(pair, now);
  if (_trusted.contains(pair)) return ownWait;
  return std::max({ownWait, _networks.wait(network, now), _accounts.wait(account, now)});
}

}  // namespace chat::login
