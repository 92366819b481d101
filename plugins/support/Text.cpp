#include "support/Text.h"

#include <Poco/TextIterator.h>
#include <Poco/UTF8Encoding.h>

#include <algorithm>
#include <string>

namespace chat::support {

std::size_t countCharacters(std::string_view text) noexcept {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool isUtf8(std::string_view text) {
  const std::string owned(text);
  const Poco::UTF8Encoding utf8;
  const Poco::TextIterator end(owned);
  for (Poco::TextIterator character(owned, utf8); character != end; ++character) {
    if (*character < 0) return false;
  }
  return true;
}

}  // namespace chat::support
