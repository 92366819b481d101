#include "http/ResponseHead.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace chat::http {
namespace {

void appendNumber(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits;  // NOLINT: filled by to_chars
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void appendStatusLine(std::string& out, int status) {
  out += "HTTP/1.1 ";
  appendNumber(out, static_cast<std::uint64_t>(status));
  out += ' ';
  out += reasonPhrase(status);
  out += "\r\n";
}

bool isSafe(std::string_view text) noexcept {
  for (const char c : text) {
    if (c == '\r' || c == '\n' || c == '\0') return false;
  }
  return true;
}

void appendFields(std::string& out, std::span<const Field> fields) {
  for (const auto& [name, value] : fields) {
    if (!isSafe(name) || !isSafe(value)) continue;
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
  }
}

void appendDate(std::string& out, std::chrono::system_clock::time_point date) {
  out += "Date: ";
  out += httpDate(date);
  out += "\r\n";
}

}  // namespace

std::string_view httpDate(std::chrono::system_clock::time_point time) {
  static constexpr std::array Days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array Months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  thread_local std::time_t cachedSecond = -1;
  thread_local std::array<char, 64> cached;
  const auto second = std::chrono::system_clock::to_time_t(time);
  if (second != cachedSecond) {
    std::tm parts{};
    gmtime_r(&second, &parts);
    std::snprintf(cached.data(), cached.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                  Days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                  Months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
                  parts.tm_sec);
    cachedSecond = second;
  }
  return cached.data();
}

void appendHead(std::string& out, const Response& response, const Closing& closing) {
  appendStatusLine(out, response.status);
  appendFields(out, response.fields);
  out += response.fieldLines;
  appendFields(out, closing.fields);
  // RFC 9110, section 8.6: a 204 has no Content-Length, and a 304 would have to send that of the 200.
  if (response.status != 204 && response.status != 304) {
    out += "Content-Length: ";
    appendNumber(out, response.body.size());
    out += "\r\n";
  }
  appendDate(out, closing.date);
  if (closing.keepAlive) {
    out += "Connection: keep-alive\r\nKeep-Alive: timeout=";
    appendNumber(out, static_cast<std::uint64_t>(closing.keepAliveTimeout.count() / 1000));
    out += "\r\n\r\n";
  } else {
    out += "Connection: close\r\n\r\n";
  }
}

void appendUpgradeHead(std::string& out, std::span<const Field> fields, std::span<const Field> more,
                       std::chrono::system_clock::time_point date) {
  appendStatusLine(out, 101);
  appendFields(out, fields);
  appendFields(out, more);
  appendDate(out, date);
  out += "\r\n";
}

}  // namespace chat::http
