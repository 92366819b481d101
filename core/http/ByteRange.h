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
/// The whole representation is to be sent: the request has no range, or one that isn't supported (another unit, several
/// ranges, malformed).
struct WholeRange {};
/// A range outside of the representation: answered 416.
struct UnsatisfiableRange {};

using RangeRequest = std::variant<WholeRange, ByteRange, UnsatisfiableRange>;

/// Parses a `Range` field (RFC 9110, section 14.2) for a representation of `size` bytes.
RangeRequest parseRange(std::string_view field, std::uint64_t size) noexcept;

}  // namespace chat::http
