#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace chat::support {

/// A text as the search compares it, character by character: compatibility forms and case are folded (Unicode's
/// NFKC_Casefold: `ＡＢ`, `ﬁ` and `ß` are `ab`, `fi` and `ss`), and each accent is a character of its own after its
/// letter, whether it was typed composed or not. A stroke (`ø`, `ł`) is an accent too; `İ` and `ı` are `i`; curly
/// quotes are straight ones. Marks that make another letter (voiced kana, Indic vowels, Hangul) stay with theirs.
/// `text` is valid UTF-8.
std::u32string foldForSearch(std::string_view text);

/// The text without accents, as UTF-8: what the database keeps and looks into, if it differs from the text.
std::string plainText(std::u32string_view folded);

/// A text's characters, and back. Invalid UTF-8 becomes U+FFFD.
std::u32string toCharacters(std::string_view text);
std::string toText(std::u32string_view characters);

/// Whether a character is an accent, which the search ignores unless it was typed.
bool isAccent(char32_t character) noexcept;
/// White space of Unicode; any amount of it equals any other.
bool isSpace(char32_t character) noexcept;

/// A part of a text that is searched for: anywhere in it, also within a word. An accent that was typed must be there; a
/// letter that was typed without one is found with any.
class SearchTerm {
 public:
  explicit SearchTerm(std::string_view typed);

  bool isIn(std::u32string_view folded) const noexcept;
  /// It has no characters, so it is in every text.
  bool isEmpty() const noexcept { return _folded.empty(); }
  const std::u32string& folded() const noexcept { return _folded; }
  /// The pieces between white space, without accents: each is a part of plainText() of a text that the term is in.
  std::vector<std::string> pieces() const;

 private:
  bool isAt(std::u32string_view text, std::size_t at) const noexcept;

  std::u32string _folded;
};

}  // namespace chat::support
