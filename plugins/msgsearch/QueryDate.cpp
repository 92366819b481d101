#include "msgsearch/QueryDate.h"

#include <algorithm>

namespace chat::msgsearch {
namespace {

bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Takes values from the front of a text.
class Front {
 public:
  explicit Front(std::string_view text) : _text(text) {}

  bool isEnd() const noexcept { return _text.empty(); }
  std::string_view rest() const noexcept { return _text; }
  bool take(char c) noexcept {
    if (_text.empty() || _text.front() != c) return false;
    _text.remove_prefix(1);
    return true;
  }
  /// A number of exactly `digits` digits.
  std::optional<int> number(std::size_t digits) noexcept {
    if (_text.size() < digits || !std::all_of(_text.begin(), _text.begin() + digits, isDigit)) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (_text[i] - '0');
    _text.remove_prefix(digits);
    return value;
  }

 private:
  std::string_view _text;
};

/// The time of day and its zone, after the `T`; `zone` is the one to use if there is none.
std::optional<std::chrono::seconds> readTime(Front& front, std::chrono::minutes zone) {
  const std::optional<int> hours = front.number(2);
  if (!hours || *hours > 23 || !front.take(':')) return std::nullopt;
  const std::optional<int> minutes = front.number(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  std::optional<int> seconds = 0;
  if (front.take(':')) seconds = front.number(2);
  if (!seconds || *seconds > 59) return std::nullopt;
  if (!front.isEnd()) {
    const auto own = readZone(front.rest());
    if (!own) return std::nullopt;
    zone = *own;
  }
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) + std::chrono::seconds(*seconds) - zone;
}

}  // namespace

std::optional<support::Millis> readDate(std::string_view text, std::chrono::minutes zone) {
  Front front(text);
  const std::optional<int> year = front.number(4);
  std::optional<int> month = 1;
  std::optional<int> day = 1;
  std::optional<std::chrono::seconds> time = std::chrono::seconds(-zone);
  if (!year) return std::nullopt;
  if (!front.isEnd()) {
    if (!front.take('-') || !(month = front.number(2))) return std::nullopt;
  }
  if (!front.isEnd()) {
    if (!front.take('-') || !(day = front.number(2))) return std::nullopt;
  }
  if (!front.isEnd()) {
    if (!front.take('T') || !(time = readTime(front, zone))) return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  const std::chrono::sys_time<std::chrono::milliseconds> moment = std::chrono::sys_days(date) + *time;
  return moment.time_since_epoch().count();
}

std::optional<std::chrono::minutes> readZone(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::minutes(0);
  Front front(text);
  const bool isBehind = front.take('-');
  if (!isBehind && !front.take('+')) return std::nullopt;
  const std::optional<int> hours = front.number(2);
  if (!hours || *hours > 18 || !front.take(':')) return std::nullopt;
  const std::optional<int> minutes = front.number(2);
  if (!minutes || *minutes > 59 || !front.isEnd()) return std::nullopt;
  const std::chrono::minutes zone = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return isBehind ? -zone : zone;
}

}  // namespace chat::msgsearch
