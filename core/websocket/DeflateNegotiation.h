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

/// Accepts the first offer that can be served. One with a parameter that is unknown, comes twice or has a value that it
/// can't have is declined, and so is one that lets the client take more memory than the options allow. Nothing where
/// none is left; the connection goes on without compression.
std::optional<AcceptedDeflate> negotiateDeflate(std::span<const ExtensionOffer> offers, const DeflateOptions& options);

}  // namespace chat::websocket
