#include "support/SearchText.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <stdexcept>

namespace chat::support {
namespace {

constexpr char32_t DotAbove = 0x0307;
constexpr char32_t Stroke = 0x0338;
constexpr char32_t DotlessI = 0x0131;

void require(UErrorCode code) {
  if (U_FAILURE(code)) throw std::runtime_error(std::string("ICU: ") + u_errorName(code));
}

const icu::Normalizer2& caseFolder() {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* folder = icu::Normalizer2::getNFKCCasefoldInstance(code);
  require(code);
  return *folder;
}

const icu::Normalizer2& decomposer() {
  UErrorCode code = U_ZERO_ERROR;
  const icu::Normalizer2* decomposer = icu::Normalizer2::getNFDInstance(code);
  require(code);
  return *decomposer;
}

/// Unicode doesn't decompose letters with a stroke; their names do: LATIN SMALL LETTER O WITH STROKE.
char32_t letterNamed(char32_t character) {
  constexpr std::string_view Before = "LATIN SMALL LETTER ";
  std::array<char, 128> name{};
  UErrorCode code = U_ZERO_ERROR;
  const int length = u_charName(static_cast<UChar32>(character), U_UNICODE_CHAR_NAME, name.data(),
                                static_cast<int>(name.size()), &code);
  const std::string_view text(name.data(), U_SUCCESS(code) ? static_cast<std::size_t>(length) : 0);
  if (!text.starts_with(Before) || !text.substr(Before.size() + 1).starts_with(" WITH ")) return 0;
  return static_cast<char32_t>(text[Before.size()] - 'A' + 'a');
}

/// The letter below the stroke, hook or bar of a Latin one; 0 for all others.
char32_t letterBelowStroke(char32_t character) {
  constexpr char32_t First = 0xD8;
  constexpr char32_t End = 0x250;
  static const auto letters = [] {
    std::array<char32_t, End - First> found{};
    for (char32_t each = First; each < End; ++each) found[each - First] = letterNamed(each);
    return found;
  }();
  return character >= First && character < End ? letters[character - First] : 0;
}

char32_t straightQuote(char32_t character) {
  if (character == 0x2018 || character == 0x2019) return '\'';
  if (character == 0x201C || character == 0x201D) return '"';
  return character;
}

/// Appends the characters of one that is composed; false if it is to be kept as it is.
bool appendDecomposed(std::u32string& folded, char32_t character) {
  icu::UnicodeString parts;
  if (!decomposer().getDecomposition(static_cast<UChar32>(character), parts)) return false;
  std::u32string decomposed;
  for (int at = 0; at < parts.length(); at = parts.moveIndex32(at, 1)) {
    decomposed.push_back(static_cast<char32_t>(parts.char32At(at)));
  }
  if (!std::all_of(decomposed.begin() + 1, decomposed.end(), isAccent)) return false;
  folded += decomposed;
  return true;
}

void append(std::u32string& folded, char32_t character) {
  if (character < 0x80) {
    folded.push_back(character);
  } else if (character == DotlessI) {
    folded.push_back('i');  // its upper case is `I`
  } else if (character == DotAbove && !folded.empty() &&
             u_hasBinaryProperty(static_cast<UChar32>(folded.back()), UCHAR_SOFT_DOTTED)) {
    // Folding `İ` leaves its dot, which a small letter has anyway.
  } else if (appendDecomposed(folded, character)) {
    // done
  } else if (const char32_t letter = letterBelowStroke(character); letter != 0) {
    folded.push_back(letter);
    folded.push_back(Stroke);
  } else {
    folded.push_back(straightQuote(character));
  }
}

bool isAscii(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char32_t lower(char c) noexcept {
  return static_cast<char32_t>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

}  // namespace

std::u32string foldForSearch(std::string_view text) {
  std::u32string folded;
  folded.reserve(text.size());
  if (isAscii(text)) {
    for (const char c : text) folded.push_back(lower(c));
    return folded;
  }
  UErrorCode code = U_ZERO_ERROR;
  const icu::UnicodeString given =
      icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<int>(text.size())));
  const icu::UnicodeString form = caseFolder().normalize(given, code);
  require(code);
  for (int at = 0; at < form.length(); at = form.moveIndex32(at, 1)) {
    append(folded, static_cast<char32_t>(form.char32At(at)));
  }
  return folded;
}

std::string plainText(std::u32string_view folded) {
  std::u32string plain;
  plain.reserve(folded.size());
  std::copy_if(folded.begin(), folded.end(), std::back_inserter(plain), [](char32_t c) { return !isAccent(c); });
  return toText(plain);
}

std::u32string toCharacters(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  const auto length = static_cast<int>(text.size());
  for (int at = 0; at < length;) {
    UChar32 character = 0;
    U8_NEXT_OR_FFFD(text.data(), at, length, character);
    characters.push_back(static_cast<char32_t>(character));
  }
  return characters;
}

std::string toText(std::u32string_view characters) {
  std::string text;
  text.reserve(characters.size());
  std::array<char, U8_MAX_LENGTH> bytes;
  for (const char32_t character : characters) {
    if (character < 0x80) {
      text.push_back(static_cast<char>(character));
    } else {
      int length = 0;
      U8_APPEND_UNSAFE(bytes.data(), length, static_cast<UChar32>(character));
      text.append(bytes.data(), static_cast<std::size_t>(length));
    }
  }
  return text;
}

// The classes of Hebrew points and Arabic vowels, of strokes, and of marks above and below. Between them are those of
// marks that make another letter: nukta, kana's voicing, virama, the vowels of Thai.
bool isAccent(char32_t character) noexcept {
  if (character < 0x300) return false;
  const int combining = u_getCombiningClass(static_cast<UChar32>(character));
  return combining == 1 || (combining >= 10 && combining <= 36) || combining >= 200;
}

bool isSpace(char32_t character) noexcept {
  if (character < 0x80) return character == ' ' || (character >= '\t' && character <= '\r');
  return u_isUWhiteSpace(static_cast<UChar32>(character)) != 0;
}

SearchTerm::SearchTerm(std::string_view typed) {
  for (const char32_t character : foldForSearch(typed)) {
    if (!isSpace(character)) {
      _folded.push_back(character);
    } else if (_folded.empty() || _folded.back() != ' ') {
      _folded.push_back(' ');
    }
  }
}

bool SearchTerm::isIn(std::u32string_view folded) const noexcept {
  if (_folded.empty()) return true;
  for (std::size_t at = 0; at + _folded.size() <= folded.size(); ++at) {
    if (isAt(folded, at)) return true;
  }
  return false;
}

bool SearchTerm::isAt(std::u32string_view text, std::size_t at) const noexcept {
  for (std::size_t own = 0; own < _folded.size();) {
    const char32_t wanted = _folded[own];
    if (at == text.size()) return false;
    if (wanted == ' ' ? !isSpace(text[at]) : text[at] != wanted) return false;
    ++own;
    ++at;
    if (wanted == ' ') {
      while (at < text.size() && isSpace(text[at])) ++at;
    }
    // The letter's accents: those that were typed and no others, or any.
    const bool isTyped = own < _folded.size() && isAccent(_folded[own]);
    while (own < _folded.size() && isAccent(_folded[own])) {
      if (at == text.size() || text[at] != _folded[own]) return false;
      ++own;
      ++at;
    }
    while (at < text.size() && isAccent(text[at])) {
      if (isTyped) return false;
      ++at;
    }
  }
  return true;
}

std::vector<std::string> SearchTerm::pieces() const {
  std::vector<std::string> pieces;
  std::u32string_view rest = _folded;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(U' '), rest.size());
    if (std::string piece = plainText(rest.substr(0, end)); !piece.empty()) pieces.push_back(std::move(piece));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return pieces;
}

}  // namespace chat::support
