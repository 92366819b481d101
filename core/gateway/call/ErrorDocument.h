#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chat::gateway {

/// What a client is told of a refusal: `{"errors":{"code":"404","detail":"…"}}`, with `"meta":{"retry_after":n}` if
/// given.
std::string errorDocument(int code, std::string_view detail, std::optional<std::uint32_t> retryAfterSeconds = {});

/// The status that goes with a code in an acknowledgement: 2 for 401 and 403, else 1.
constexpr int statusOf(int code) noexcept {
  return code == 401 || code == 403 ? 2 : 1;
}

}  // namespace chat::gateway
