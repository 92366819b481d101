#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "websocket/DeflateOptions.h"
#include "websocket/ExtensionOffers.h"

namespace chat::websocket {

/// What the two sides agreed on (RFC 7692, section 7.1).
struct DeflateAgreement {
  bool serverNoContextTakeover = false;
  bool clientNoContextTakeover = false;
  std::uint8_t serverMaxWindowBits = 15;
  std::uint8_t clientMaxWindowBits = 15;
  bool operator==(const DeflateAgreement&) const = default;
};

/// An agreement and the extension's text in the 101 answer.
struct AcceptedDeflate {
  DeflateAgreement agreement;
  std::string answer;
};

/// Accepts the first acceptable offer. An offer is declined if it has a parameter that is unknown, repeated or has an
/// invalid value, or if it would need more memory than the options allow. Nothing if all are declined; the connection
/// goes on without compression.
std::optional<AcceptedDeflate> negotiateDeflate(std::span<const ExtensionOffer> offers, const DeflateOptions& options);

}  // namespace chat::websocket
