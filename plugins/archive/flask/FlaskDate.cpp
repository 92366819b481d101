#include "archive/flask/FlaskDate.h"

#include <Poco/DateTime.h>
#include <Poco/DateTimeFormat.h>
#include <Poco/DateTimeParser.h>

#include <charconv>
#include <chrono>
#include <string>

namespace chat::archive {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

/// Reads a text from its beginning.
class Reader {
 public:
  explicit Reader(std::string_view text) : _rest(text) {}

  /// Exactly so many digits.
  std::optional<int> digits(std::size_t count) {
    if (_rest.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : _rest.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    _rest.remove_prefix(count);
    return value;
  }
  bool skip(std::string_view any) {
    if (_rest.empty() || any.find(_rest.front()) == std::string_view::npos) return false;
    _rest.remove_prefix(1);
    return true;
  }
  /// The digits after a point, as thousandths.
  int fraction() {
    int value = 0;
    int place = 100;
    for (; !_rest.empty() && _rest.front() >= '0' && _rest.front() <= '9'; _rest.remove_prefix(1), place /= 10) {
      value += (_rest.front() - '0') * place;
    }
    return value;
  }
  std::string_view rest() const noexcept { return _rest; }

 private:
  std::string_view _rest;
};

std::optional<support::Millis> isoDate(std::string_view text, minutes offset) {
  Reader reader(text);
  const auto year = reader.digits(4);
  if (!year || !reader.skip("-/")) return std::nullopt;
  const auto month = reader.digits(2);
  if (!month || !reader.skip("-/")) return std::nullopt;
  const auto day = reader.digits(2);
  if (!day) return std::nullopt;
  std::optional<int> hour = 0;
  std::optional<int> minute = 0;
  std::optional<int> second = 0;
  int thousandths = 0;
  if (reader.skip(" T")) {
    hour = reader.digits(2);
    if (!hour || !reader.skip(":")) return std::nullopt;
    minute = reader.digits(2);
    if (minute && reader.skip(":")) second = reader.digits(2);
    if (second && reader.skip(".,")) thousandths = reader.fraction();
  }
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  reader.skip(" ");
  if (!reader.rest().empty()) {
    const auto given = utcOffset(reader.rest());
    if (!given) return std::nullopt;
    offset = *given;
  }
  return support::toMillis(std::chrono::sys_days(date) + std::chrono::hours(*hour) + minutes(*minute) +
                           std::chrono::seconds(*second) + milliseconds(thousandths) - offset);
}

std::optional<support::Millis> sinceEpoch(std::string_view text) {
  constexpr double FirstMillis = 1e11;  // as seconds that would be the year 5138
  constexpr double LastMillis = 253'402'300'799'999.0;
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(value > 0)) return std::nullopt;
  if (value < FirstMillis) value *= 1000;
  if (value > LastMillis) return std::nullopt;
  return static_cast<support::Millis>(value);
}

}  // namespace

std::optional<minutes> utcOffset(std::string_view text) {
  if (text == "Z" || text == "z" || text == "UTC" || text == "GMT") return minutes(0);
  if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  Reader reader(text.substr(1));
  const auto hours = reader.digits(2);
  reader.skip(":");
  const auto rest = reader.rest().empty() ? std::optional(0) : reader.digits(2);
  if (!hours || !rest || !reader.rest().empty() || *hours > 14 || *rest > 59) return std::nullopt;
  const minutes offset(*hours * 60 + *rest);
  return text.front() == '-' ? -offset : offset;
}

std::optional<support::Millis> flaskDate(std::string_view text, minutes offset) {
  if (const auto date = isoDate(text, offset)) return date;
  if (const auto date = sinceEpoch(text)) return date;
  // Poco's parser takes anything for a date.
  constexpr std::size_t Length = std::string_view("Thu, 04 Mar 2021 05:06:07 GMT").size();
  if (text.size() != Length || text[3] != ',') return std::nullopt;
  Poco::DateTime date;
  int seconds = 0;
  if (!Poco::DateTimeParser::tryParse(Poco::DateTimeFormat::RFC1123_FORMAT, std::string(text), date, seconds)) {
    return std::nullopt;
  }
  date.makeUTC(seconds);
  return date.timestamp().epochMicroseconds() / 1000;
}

}  // namespace chat::archive
