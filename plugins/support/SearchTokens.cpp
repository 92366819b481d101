#include "support/SearchTokens.h"

#include <algorithm>

#include "support/SearchText.h"

namespace chat::support {
namespace {

// Arrows, symbols, Chinese, kana, Hangul, emoji are above it, alphabets below.
constexpr char32_t FirstOfWords = 0x2190;

bool isWordByItself(char32_t character) noexcept {
  return character >= FirstOfWords;
}

/// Whether it is part of a token; white space and ASCII's punctuation separate.
bool isIndexed(char32_t character) noexcept {
  if (character < 0x80) {
    return (character >= '0' && character <= '9') || (character >= 'a' && character <= 'z');
  }
  return !isSpace(character);
}

/// One to three characters, the later ones in the lower bits.
using Gram = std::uint64_t;
constexpr int BitsOfCharacter = 21;

Gram gramOf(std::u32string_view characters) noexcept {
  Gram gram = 0;
  for (const char32_t character : characters) gram = gram << BitsOfCharacter | character;
  return gram;
}

std::string textOf(Gram gram) {
  std::u32string characters;
  for (; gram != 0; gram >>= BitsOfCharacter) {
    characters.insert(characters.begin(), static_cast<char32_t>(gram & ((1U << BitsOfCharacter) - 1)));
  }
  return toText(characters);
}

/// Calls `with` for each run of indexed characters, without the accents in it.
template <typename With>
void eachRun(std::u32string_view folded, With&& with) {
  std::u32string run;
  for (const char32_t character : folded) {
    if (isIndexed(character)) {
      if (!isAccent(character)) run.push_back(character);
    } else if (!run.empty()) {
      with(std::u32string_view(run));
      run.clear();
    }
  }
  if (!run.empty()) with(std::u32string_view(run));
}

bool isThree(std::u32string_view run, std::size_t at) noexcept {
  return at + 3 <= run.size() && std::none_of(run.begin() + at, run.begin() + at + 3, isWordByItself);
}

void appendAll(std::vector<Gram>& grams, std::u32string_view run) {
  for (std::size_t at = 0; at < run.size(); ++at) {
    if (isWordByItself(run[at])) grams.push_back(run[at]);
    if (at + 2 <= run.size()) grams.push_back(gramOf(run.substr(at, 2)));
    if (isThree(run, at)) grams.push_back(gramOf(run.substr(at, 3)));
  }
}

/// The longest ones that cover the run.
void appendLongest(std::vector<Gram>& grams, std::u32string_view run) {
  if (run.size() == 1 && isWordByItself(run[0])) grams.push_back(run[0]);
  for (std::size_t at = 0; at + 2 <= run.size(); ++at) {
    if (isThree(run, at)) {
      grams.push_back(gramOf(run.substr(at, 3)));
    } else if (at == 0 || !isThree(run, at - 1)) {
      grams.push_back(gramOf(run.substr(at, 2)));
    }
  }
}

void keepOneOfEach(std::vector<Gram>& grams) {
  std::sort(grams.begin(), grams.end());
  grams.erase(std::unique(grams.begin(), grams.end()), grams.end());
}

}  // namespace

std::string SearchTokens::ofMessage(const IndexedMessage& message) {
  const std::u32string folded = foldForSearch(message.text);
  std::vector<Gram> grams;
  grams.reserve(folded.size() * 2);
  eachRun(folded, [&](std::u32string_view run) { appendAll(grams, run); });
  keepOneOfEach(grams);

  std::string tokens = ofConversation(message.senderId, message.receiverId) + " " + ofSender(message.senderId) + " " +
                       ofMember(message.senderId);
  if (message.receiverId != message.senderId) tokens += " " + ofMember(message.receiverId);
  for (const std::string& token : ofTraits(MessageTraits::of(folded, message.attributes))) tokens += " " + token;
  tokens.reserve(tokens.size() + grams.size() * 4);
  for (const Gram gram : grams) tokens.append(" ").append(textOf(gram));
  return tokens;
}

std::vector<std::string> SearchTokens::ofTerm(std::u32string_view folded) {
  std::vector<Gram> grams;
  eachRun(folded, [&](std::u32string_view run) { appendLongest(grams, run); });
  keepOneOfEach(grams);
  std::vector<std::string> tokens;
  tokens.reserve(grams.size());
  for (const Gram gram : grams) tokens.push_back(textOf(gram));
  return tokens;
}

std::string SearchTokens::ofConversation(std::uint64_t oneId, std::uint64_t otherId) {
  return "pair" + std::to_string(std::min(oneId, otherId)) + "x" + std::to_string(std::max(oneId, otherId));
}

std::string SearchTokens::ofMember(std::uint64_t accountId) {
  return "user" + std::to_string(accountId);
}

std::string SearchTokens::ofSender(std::uint64_t accountId) {
  return "from" + std::to_string(accountId);
}

std::vector<std::string> SearchTokens::ofTraits(const MessageTraits& traits) {
  std::vector<std::string> tokens;
  if (traits.image) tokens.emplace_back("hasimage");
  if (traits.video) tokens.emplace_back("hasvideo");
  if (traits.link) tokens.emplace_back("haslink");
  return tokens;
}

}  // namespace chat::support
