#include "support/Text.h"

#include <Poco/UTF8Encoding.h>
#include <Poco/Unicode.h>

#include <algorithm>
#include <array>

namespace chat::support {

std::size_t countCharacters(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string foldCase(std::string_view text) {
  std::string folded;
  folded.reserve(text.size());
  const Poco::UTF8Encoding utf8;
  std::array<unsigned char, 4> bytes;
  for (const char* at = text.data(); at != text.data() + text.size();) {
    const auto first = static_cast<unsigned char>(*at);
    if (first < 0x80) {
      folded.push_back(first >= 'A' && first <= 'Z' ? static_cast<char>(first + ('a' - 'A')) : *at);
      ++at;
      continue;
    }
    const int character = utf8.convert(reinterpret_cast<const unsigned char*>(at));
    at += utf8.characterMap()[first] < -1 ? -utf8.characterMap()[first] : 1;
    // Through the upper case, so that both small sigmas (and similar letters) become one.
    const int lower = Poco::Unicode::toLower(Poco::Unicode::toUpper(character));
    const int length = utf8.convert(lower, bytes.data(), static_cast<int>(bytes.size()));
    folded.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
  }
  return folded;
}

}  // namespace chat::support
