#include "gateway/emission/RecoveryOffset.h"

#include <charconv>

namespace chat::gateway {
namespace {

bool takeNumber(std::string_view& text, std::uint64_t& number) noexcept {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

}  // namespace

std::string RecoveryOffset::argument(std::uint64_t sequence) {
  return '"' + std::to_string(sequence) + '"';
}

std::string RecoveryOffset::argument(std::uint64_t sequence, std::uint64_t direct, std::string_view tag) {
  std::string text = '"' + std::to_string(sequence) + '.' + std::to_string(direct) + '.';
  text.append(tag);
  return text + '"';
}

std::optional<RecoveryOffset> RecoveryOffset::parse(std::string_view text, std::string_view tag) noexcept {
  RecoveryOffset offset;
  if (!takeNumber(text, offset.sequence)) return std::nullopt;
  if (text.empty()) return offset;
  if (!text.starts_with('.')) return std::nullopt;
  text.remove_prefix(1);
  if (!takeNumber(text, offset.direct) || !text.starts_with('.') || text.substr(1) != tag) return std::nullopt;
  return offset;
}

}  // namespace chat::gateway
