#include "archive/removal/Age.h"

#include <charconv>
#include <chrono>

namespace chat::archive {
namespace {

constexpr support::Millis HourMs = 3'600'000;

std::optional<std::int64_t> wholeNumber(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

std::optional<support::Millis> dayOf(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = wholeNumber(text.substr(0, 4));
  const auto month = wholeNumber(text.substr(5, 2));
  const auto day = wholeNumber(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return support::toMillis(std::chrono::sys_days(date));
}

support::Millis unitOf(char letter) noexcept {
  switch (letter) {
    case 'h':
      return HourMs;
    case 'd':
      return 24 * HourMs;
    case 'w':
      return 7 * 24 * HourMs;
    case 'y':
      return 365 * 24 * HourMs;
    default:
      return 0;
  }
}

}  // namespace

std::optional<support::Millis> timeBefore(std::string_view text, support::Millis now) {
  constexpr std::int64_t MostUnits = 1'000'000;
  if (text.size() < 2) return std::nullopt;
  if (const support::Millis unit = unitOf(text.back()); unit > 0) {
    const auto count = wholeNumber(text.substr(0, text.size() - 1));
    if (!count || *count > MostUnits) return std::nullopt;
    return now - *count * unit;
  }
  return dayOf(text);
}

}  // namespace chat::archive
