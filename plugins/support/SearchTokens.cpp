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

// Threes and pairs for what is as short; of a longer word fives are rarer, so less has to be read.
constexpr std::size_t GroupSizes[] = {5, 3, 2};

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

/// The group of that size at a place; empty if there is none.
std::u32string_view groupAt(std::u32string_view run, std::size_t at, std::size_t size) noexcept {
  if (at + size > run.size()) return {};
  const std::u32string_view group = run.substr(at, size);
  return size == 2 || std::none_of(group.begin(), group.end(), isWordByItself) ? group : std::u32string_view();
}

/// Calls `with` for each group.
template <typename With>
void eachGroup(std::u32string_view run, With&& with) {
  for (std::size_t at = 0; at < run.size(); ++at) {
    if (isWordByItself(run[at])) with(run.substr(at, 1));
    for (const std::size_t size : GroupSizes) {
      if (const auto group = groupAt(run, at, size); !group.empty()) with(group);
    }
  }
}

/// Calls `with` for the largest groups that cover the run.
template <typename With>
void eachLargestGroup(std::u32string_view run, With&& with) {
  if (run.size() == 1 && isWordByItself(run[0])) with(run);
  std::size_t covered = 0;
  for (std::size_t at = 0; at < run.size(); ++at) {
    for (const std::size_t size : GroupSizes) {
      const auto group = groupAt(run, at, size);
      if (group.empty()) continue;
      if (at + size > covered) with(group);
      covered = std::max(covered, at + size);
      break;
    }
  }
}

}  // namespace

std::string SearchTokens::ofMessage(const IndexedMessage& message) {
  const std::u32string folded = foldForSearch(message.text);
  std::string tokens = ofConversation(message.conversationId) + " " + ofSender(message.senderId);
  const auto& members = message.memberIds;
  for (auto member = members.begin(); member != members.end(); ++member) {
    if (std::find(members.begin(), member, *member) == member) tokens += " " + ofMember(*member);
  }
  for (const std::string& token : ofTraits(MessageTraits::of(folded, message.attributes))) tokens += " " + token;
  tokens.reserve(tokens.size() + folded.size() * 14);
  eachRun(folded, [&](std::u32string_view run) {
    eachGroup(run, [&](std::u32string_view group) { tokens.append(" ").append(toText(group)); });
  });
  return tokens;
}

std::vector<std::string> SearchTokens::ofTerm(std::u32string_view folded) {
  std::vector<std::string> tokens;
  eachRun(folded, [&](std::u32string_view run) {
    eachLargestGroup(run, [&](std::u32string_view group) { tokens.push_back(toText(group)); });
  });
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  return tokens;
}

std::string SearchTokens::ofConversation(std::uint64_t conversationId) {
  return "conversation" + std::to_string(conversationId);
}

std::string SearchTokens::ofMember(std::uint64_t accountId) {
  return "member" + std::to_string(accountId);
}

std::string SearchTokens::ofSender(std::uint64_t accountId) {
  return "sender" + std::to_string(accountId);
}

std::vector<std::string> SearchTokens::ofTraits(const MessageTraits& traits) {
  std::vector<std::string> tokens;
  if (traits.image) tokens.emplace_back("hasimage");
  if (traits.video) tokens.emplace_back("hasvideo");
  if (traits.link) tokens.emplace_back("haslink");
  return tokens;
}

}  // namespace chat::support
