#include "search/Texts.h"

#include <set>
#include <string_view>

namespace chat::bench {
namespace {

constexpr std::size_t Words = 30'000;

// Of English, roughly by frequency: pairs and threes of letters are as common as there.
constexpr std::string_view Syllables[] = {
    "the", "ing", "er",  "a",   "ly",   "ed", "i",     "es",  "re",  "tion", "in",  "e",    "con", "y",   "ter", "ex",
    "al",  "de",  "com", "o",   "di",   "en", "an",    "ty",  "ry",  "u",    "ti",  "ri",   "be",  "per", "to",  "pro",
    "ac",  "ad",  "ar",  "ers", "ment", "or", "tions", "ble", "der", "ma",   "na",  "si",   "un",  "at",  "dis", "ca",
    "cal", "man", "ap",  "po",  "sion", "vi", "el",    "est", "la",  "lar",  "pa",  "ture", "for", "is",  "mer", "pe",
    "ra",  "so",  "ta",  "as",  "col",  "fi", "ful",   "ger", "low", "ni",   "par", "son",  "tle", "day", "ny",  "pen"};

}  // namespace

Texts::Texts() {
  std::discrete_distribution<int> length{4, 5, 3, 1};
  std::vector<double> syllableWeights;
  for (std::size_t i = 0; i < std::size(Syllables); ++i) syllableWeights.push_back(1.0 / static_cast<double>(i + 4));
  std::discrete_distribution<std::size_t> syllable(syllableWeights.begin(), syllableWeights.end());
  std::set<std::string> known;
  while (_words.size() < Words) {
    std::string word;
    for (int i = length(_random); i >= 0; --i) word += Syllables[syllable(_random)];
    if (known.insert(word).second) _words.push_back(word);
  }
  std::vector<double> weights;
  for (std::size_t i = 0; i < Words; ++i) weights.push_back(1.0 / static_cast<double>(i + 1));
  _rank = std::discrete_distribution<std::size_t>(weights.begin(), weights.end());
}

std::string Texts::next() {
  std::string text;
  for (int i = _count(_random); i > 0; --i) text += (text.empty() ? "" : " ") + _words[_rank(_random)];
  text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace chat::bench
