#include "websocket/DeflateNegotiation.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace chat::websocket {
namespace {

constexpr std::string_view Extension = "permessage-deflate";
constexpr int MinWindowBits = 8;
constexpr int MaxWindowBits = 15;

/// The parameters of a well-formed offer.
struct Offer {
  bool serverNoContextTakeover = false;
  bool clientNoContextTakeover = false;
  std::optional<int> serverMaxWindowBits;
  bool clientMayBeLimited = false;
  std::optional<int> clientMaxWindowBits;
};

/// Decimal from 8 to 15, without leading zeros.
std::optional<int> windowBits(const std::string& text) {
  if (text == "8" || text == "9") return text[0] - '0';
  if (text.size() == 2 && text[0] == '1' && text[1] >= '0' && text[1] <= '5') return 10 + (text[1] - '0');
  return std::nullopt;
}

bool take(bool& flag, const ExtensionOffer::Parameter& parameter) {
  return !parameter.value && !std::exchange(flag, true);
}

std::optional<Offer> read(const ExtensionOffer& extension) {
  Offer offer;
  for (const auto& parameter : extension.parameters) {
    if (parameter.name == "server_no_context_takeover") {
      if (!take(offer.serverNoContextTakeover, parameter)) return std::nullopt;
    } else if (parameter.name == "client_no_context_takeover") {
      if (!take(offer.clientNoContextTakeover, parameter)) return std::nullopt;
    } else if (parameter.name == "server_max_window_bits") {
      if (offer.serverMaxWindowBits || !parameter.value) return std::nullopt;
      offer.serverMaxWindowBits = windowBits(*parameter.value);
      if (!offer.serverMaxWindowBits) return std::nullopt;
    } else if (parameter.name == "client_max_window_bits") {
      if (std::exchange(offer.clientMayBeLimited, true)) return std::nullopt;
      if (!parameter.value) continue;
      offer.clientMaxWindowBits = windowBits(*parameter.value);
      if (!offer.clientMaxWindowBits) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  return offer;
}

AcceptedDeflate accept(const Offer& offer, const DeflateOptions& options) {
  const int server = std::min(options.serverMaxWindowBits, offer.serverMaxWindowBits.value_or(MaxWindowBits));
  int client = offer.clientMaxWindowBits.value_or(MaxWindowBits);
  if (offer.clientMayBeLimited) client = std::min(client, options.clientMaxWindowBits);
  AcceptedDeflate accepted;
  auto& agreement = accepted.agreement;
  auto& answer = accepted.answer;
  agreement.serverNoContextTakeover = offer.serverNoContextTakeover || options.serverNoContextTakeover;
  agreement.clientNoContextTakeover = offer.clientNoContextTakeover || options.clientNoContextTakeover;
  agreement.serverMaxWindowBits = static_cast<std::uint8_t>(std::max(server, MinWindowBits));
  agreement.clientMaxWindowBits = static_cast<std::uint8_t>(std::max(client, MinWindowBits));
  answer = Extension;
  if (agreement.serverNoContextTakeover) answer += "; server_no_context_takeover";
  if (agreement.clientNoContextTakeover) answer += "; client_no_context_takeover";
  if (offer.serverMaxWindowBits || server < MaxWindowBits) {
    answer += "; server_max_window_bits=" + std::to_string(agreement.serverMaxWindowBits);
  }
  // The answer may have this parameter only if the client offered it (section 7.1.2.2).
  if (offer.clientMaxWindowBits || (offer.clientMayBeLimited && client < MaxWindowBits)) {
    answer += "; client_max_window_bits=" + std::to_string(agreement.clientMaxWindowBits);
  }
  return accepted;
}

}  // namespace

std::optional<AcceptedDeflate> negotiateDeflate(std::span<const ExtensionOffer> offers, const DeflateOptions& options) {
  if (!options.enabled) return std::nullopt;
  for (const auto& extension : offers) {
    if (extension.name != Extension) continue;
    const auto offer = read(extension);
    if (!offer) continue;
    const bool keepsContext = !offer->clientNoContextTakeover && !options.clientNoContextTakeover;
    if (keepsContext && options.clientMaxWindowBits < MaxWindowBits && !offer->clientMayBeLimited) continue;
    return accept(*offer, options);
  }
  return std::nullopt;
}

}  // namespace chat::websocket
