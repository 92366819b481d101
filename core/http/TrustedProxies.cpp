#include "http/TrustedProxies.h"

#include <charconv>
#include <optional>
#include <stdexcept>

#include "http/Message.h"
#include "http/Text.h"

namespace chat::http {
namespace {

using Poco::Net::IPAddress;

// An IPv4 address that came through an IPv6 socket is returned as IPv4.
std::optional<IPAddress> parseAddress(std::string_view text) {
  constexpr std::string_view Mapped = "::ffff:";
  if (text.starts_with(Mapped) && text.find('.') != std::string_view::npos) text.remove_prefix(Mapped.size());
  IPAddress address;
  if (!IPAddress::tryParse(std::string(text), address)) return std::nullopt;
  return address;
}

unsigned bitsOf(const IPAddress& address) {
  return static_cast<unsigned>(address.length()) * 8;
}

IPAddress masked(const IPAddress& address, unsigned prefix) {
  return address & IPAddress(prefix, address.family());
}

// The address of an element of X-Forwarded-For: bare, in brackets, or with a port.
std::optional<IPAddress> parseForwarded(std::string_view element) {
  if (element.starts_with('[')) {
    const auto end = element.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    return parseAddress(element.substr(1, end - 1));
  }
  if (element.find(':') == element.rfind(':')) element = element.substr(0, element.find(':'));
  return parseAddress(element);
}

bool isPort(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 5 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const auto& text : networks) {
    const auto slash = text.find('/');
    const auto address = parseAddress(std::string_view(text).substr(0, slash));
    unsigned prefix = address ? bitsOf(*address) : 0;
    bool valid = address.has_value();
    if (valid && slash != std::string::npos) {
      const char* const end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data() + slash + 1, end, prefix);
      valid = parsed.ec == std::errc{} && parsed.ptr == end && prefix <= bitsOf(*address);
    }
    if (!valid) throw std::invalid_argument("'" + text + "' is neither an address nor a network such as 10.0.0.0/8");
    _networks.push_back({masked(*address, prefix), prefix});
  }
}

bool TrustedProxies::trusts(std::string_view address) const {
  if (_networks.empty()) return false;
  const auto parsed = parseAddress(address);
  if (!parsed) return false;
  for (const auto& network : _networks) {
    if (network.address.family() == parsed->family() && masked(*parsed, network.prefix) == network.address) return true;
  }
  return false;
}

TrustedProxies::Client TrustedProxies::clientOf(const Request& request, std::string peer) const {
  Client client{std::move(peer), false, {}, {}};
  if (!trusts(client.address)) return client;
  // Each proxy appends an address: several fields are one list, and its last element is from the nearest proxy.
  std::vector<std::string_view> hops;
  std::string_view scheme;
  for (const auto& [name, value] : request.fields) {
    if (equalsIgnoringCase(name, "X-Forwarded-For")) {
      forEachListed(value, [&](auto hop) { hops.push_back(hop); });
    } else if (equalsIgnoringCase(name, "X-Forwarded-Proto")) {
      forEachListed(value, [&](auto last) { scheme = last; });
    } else if (equalsIgnoringCase(name, "X-Forwarded-Host")) {
      forEachListed(value, [&](auto last) { client.host = last; });
    } else if (equalsIgnoringCase(name, "X-Forwarded-Port")) {
      forEachListed(value, [&](auto last) { client.port = isPort(last) ? last : std::string_view(); });
    }
  }
  client.secure = equalsIgnoringCase(scheme, "https");
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const auto address = parseForwarded(*hop);
    if (!address) break;  // the elements before it may be forged
    client.address = address->toString();
    if (!trusts(client.address)) break;
  }
  return client;
}

}  // namespace chat::http
