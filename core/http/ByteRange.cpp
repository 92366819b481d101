#include "http/ByteRange.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "http/Text.h"

namespace chat::http {
namespace {

// Only digits. A number that doesn't fit into 64 bits is treated as the largest one, which is beyond the end of every
// file.
std::optional<std::uint64_t> parseNumber(std::string_view text) noexcept {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), number).ec != std::errc{}) return UINT64_MAX;
  return number;
}

}  // namespace

RangeRequest parseRange(std::string_view field, std::uint64_t size) noexcept {
  constexpr std::string_view Unit = "bytes=";
  if (field.size() < Unit.size() || !equalsIgnoringCase(field.substr(0, Unit.size()), Unit)) return WholeRange{};
  const auto spec = trimmed(field.substr(Unit.size()));
  const auto dash = spec.find('-');
  if (dash == std::string_view::npos) return WholeRange{};
  const auto from = spec.substr(0, dash);
  const auto to = spec.substr(dash + 1);
  if (from.empty()) {  // the last bytes
    const auto count = parseNumber(to);
    if (!count) return WholeRange{};
    if (*count == 0 || size == 0) return UnsatisfiableRange{};
    return ByteRange{size - std::min(*count, size), size - 1};
  }
  const auto first = parseNumber(from);
  const auto last = to.empty() ? UINT64_MAX : parseNumber(to);
  if (!first || !last || *last < *first) return WholeRange{};
  if (*first >= size) return UnsatisfiableRange{};
  return ByteRange{*first, std::min(*last, size - 1)};
}

}  // namespace chat::http
