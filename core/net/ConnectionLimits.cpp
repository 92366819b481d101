#include "net/ConnectionLimits.h"

#include <Poco/Logger.h>
#include <Poco/Net/SocketAddress.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "base/Clock.h"

namespace chat::net {
namespace {

constexpr std::size_t SubscriberBytes = 8;  // of an IPv6 address
constexpr std::array<std::uint8_t, 12> MappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

std::array<std::uint8_t, 16> addressOf(const sockaddr_storage& peer) {
  std::array<std::uint8_t, 16> address{};
  if (peer.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(peer).sin_addr;
    std::copy(MappedPrefix.begin(), MappedPrefix.end(), address.begin());
    std::copy_n(reinterpret_cast<const std::uint8_t*>(&v4), 4, address.begin() + MappedPrefix.size());
  } else if (peer.ss_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr.s6_addr;
    const bool mapped = std::equal(MappedPrefix.begin(), MappedPrefix.end(), v6);
    std::copy_n(v6, mapped ? address.size() : SubscriberBytes, address.begin());
  }
  return address;
}

}  // namespace

std::string_view ConnectionLimits::admit(int descriptor) {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) != 0)
    return {};  // the peer has disconnected already
  const auto address = addressOf(peer);
  const std::lock_guard lock(_mutex);
  if (_options.total > 0 && _connections.size() >= _options.total) {
    logRefused("limits.connections", {});
    return _options.tooMany;
  }
  auto& count = _addresses[address];
  if (_options.perAddress > 0 && count >= _options.perAddress) {
    const Poco::Net::SocketAddress text(reinterpret_cast<const sockaddr*>(&peer), length);
    if (!_options.exempt || !_options.exempt(text.host().toString())) {
      logRefused("limits.connectionsPerAddress", text.host().toString());
      return _options.tooManyFromAddress;
    }
  }
  ++count;
  _connections.insert_or_assign(descriptor, address);
  return {};
}

void ConnectionLimits::release(int descriptor) noexcept {
  const std::lock_guard lock(_mutex);
  const auto connection = _connections.find(descriptor);
  if (connection == _connections.end()) return;
  const auto address = _addresses.find(connection->second);
  if (address != _addresses.end() && --address->second == 0) _addresses.erase(address);
  _connections.erase(connection);
}

std::size_t ConnectionLimits::count() const {
  const std::lock_guard lock(_mutex);
  return _connections.size();
}

void ConnectionLimits::logRefused(std::string_view limit, const std::string& address) {
  const auto left = _throttle.pass(base::systemClock().now());
  if (!left) return;
  poco_warning(Poco::Logger::get("net"), "connection refused limit=" + std::string(limit) +
                                             (address.empty() ? "" : " address=" + address) +
                                             " suppressed=" + std::to_string(*left));
}

}  // namespace chat::net
