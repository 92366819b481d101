#include "app/settings/NearestName.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace chat::app {
namespace {

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// Optimal string alignment.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> beforeLast(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], beforeLast[j - 2] + 1);
    }
    std::swap(beforeLast, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

// `pingInterval` for `engine.pingInterval`, or the other way round: the prefix is missing.
bool sameLastWord(std::string_view a, std::string_view b) {
  a = a.substr(a.rfind('.') + 1);
  b = b.substr(b.rfind('.') + 1);
  return a.size() > 4 && distance(a, b) == 0;
}

}  // namespace

std::string nearestName(std::string_view name, std::span<const std::string> names) {
  std::string nearest;
  std::size_t least = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const auto& candidate : names) {
    const auto steps = distance(name, candidate);
    if (steps < least) {
      least = steps;
      nearest = candidate;
    }
  }
  if (!nearest.empty()) return nearest;
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& other) { return sameLastWord(name, other); });
  return found == names.end() ? std::string() : *found;
}

}  // namespace chat::app
