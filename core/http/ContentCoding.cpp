#include "http/ContentCoding.h"

#include "http/Text.h"

namespace chat::http {
namespace {

constexpr int Absent = -1;
constexpr int Whole = 1000;  // q-values are counted in thousandths

// weight = OWS ";" OWS "q=" qvalue; an invalid weight counts as 1, other parameters are ignored.
int weightOf(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    const auto end = parameters.find(';');
    const auto parameter = trimmed(parameters.substr(0, end));
    if (parameter.size() >= 3 && lowerAscii(parameter[0]) == 'q' && parameter[1] == '=') {
      const auto value = parameter.substr(2);
      if (value[0] != '0') return Whole;
      int weight = 0;
      int digitWorth = Whole / 10;
      for (const char c : value.substr(value.size() > 1 && value[1] == '.' ? 2 : value.size())) {
        if (c < '0' || c > '9') break;
        weight += (c - '0') * digitWorth;
        digitWorth /= 10;
      }
      return weight;
    }
    if (end == std::string_view::npos) break;
    parameters.remove_prefix(end + 1);
  }
  return Whole;
}

// The client's weight for a coding: of its name, otherwise of the wildcard.
int weightFor(std::string_view acceptEncoding, std::string_view coding, int unnamed) noexcept {
  int weight = Absent;
  int wildcard = Absent;
  forEachListed(acceptEncoding, [&](std::string_view element) {
    const auto semicolon = element.find(';');
    const auto named = trimmed(element.substr(0, semicolon));
    const auto parameters = semicolon == std::string_view::npos ? std::string_view{} : element.substr(semicolon + 1);
    if (equalsIgnoringCase(named, coding) || (coding == "gzip" && equalsIgnoringCase(named, "x-gzip"))) {
      weight = weightOf(parameters);
    } else if (named == "*") {
      wildcard = weightOf(parameters);
    }
  });
  if (weight != Absent) return weight;
  return wildcard != Absent ? wildcard : unnamed;
}

}  // namespace

std::string_view name(ContentCoding coding) noexcept {
  switch (coding) {
    case ContentCoding::Gzip:
      return "gzip";
    case ContentCoding::Deflate:
      return "deflate";
    case ContentCoding::Brotli:
      return "br";
    case ContentCoding::Identity:
      break;
  }
  return {};
}

ContentCoding preferred(std::string_view acceptEncoding, std::span<const ContentCoding> offered) noexcept {
  if (acceptEncoding.empty()) return ContentCoding::Identity;
  auto best = ContentCoding::Identity;
  int bestWeight = 0;
  for (const auto coding : offered) {
    const int weight = weightFor(acceptEncoding, name(coding), 0);
    if (weight > bestWeight) {
      best = coding;
      bestWeight = weight;
    }
  }
  // Plain text is always acceptable unless the client excludes it; it wins only with a higher weight.
  if (weightFor(acceptEncoding, "identity", 1) > bestWeight) return ContentCoding::Identity;
  return best;
}

}  // namespace chat::http
