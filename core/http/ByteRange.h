#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace chat::http {

/// Part of a representation: `first` to `last`, both included.
struct ByteRange {
  std::uint64_t first;
  std::uint64_t last;
};
/// The whole is to be sent: there is no range, or none that is served (another unit, several, malformed).
struct WholeRange {};
/// A range that lies outside: 416.
struct UnsatisfiableRange {};

using RangeRequest = std::variant<WholeRange, ByteRange, UnsatisfiableRange>;

/// A `Range` field (RFC 9110, section 14.2) of a representation of `size` bytes.
RangeRequest parseRange(std::string_view field, std::uint64_t size) noexcept;

}  // namespace chat::http
