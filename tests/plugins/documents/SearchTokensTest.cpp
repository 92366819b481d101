#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "support/SearchIndex.h"
#include "support/SearchText.h"
#include "support/SearchTokens.h"

namespace chat::test {

using support::SearchTokens;

class SearchTokensTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SearchTokensTest);
  CPPUNIT_TEST(ofAMessage);
  CPPUNIT_TEST(ofATerm);
  CPPUNIT_TEST(expressions);
  CPPUNIT_TEST(everyPartOfATextIsFoundByItsTokens);
  CPPUNIT_TEST_SUITE_END();

  using Tokens = std::vector<std::string>;

  static Tokens sorted(Tokens tokens) {
    std::sort(tokens.begin(), tokens.end());
    return tokens;
  }
  static Tokens tokensOf(const std::string& text, const std::string& attributes = "{}") {
    std::istringstream words(SearchTokens::ofMessage({1, 3, 7, {7, 5}, text, attributes}));
    Tokens tokens;
    for (std::string word; words >> word;) {
      if (!word.starts_with("conversation3") && !word.starts_with("sender7") && !word.starts_with("member"))
        tokens.push_back(word);
    }
    return sorted(tokens);
  }
  static Tokens ofTerm(const std::string& typed) { return sorted(SearchTokens::ofTerm(support::foldForSearch(typed))); }

  void ofAMessage() {
    CPPUNIT_ASSERT_EQUAL(std::string("conversation3 sender7 member7 member5 hi"),
                         SearchTokens::ofMessage({1, 3, 7, {7, 5}, "Hi!", "{}"}));
    CPPUNIT_ASSERT_EQUAL(std::string("conversation4 sender7 member7"),
                         SearchTokens::ofMessage({1, 4, 7, {7, 7}, "a", "{}"}));
    CPPUNIT_ASSERT((tokensOf("Café, ok") == Tokens{"af", "afe", "ca", "caf", "fe", "ok"}));
    CPPUNIT_ASSERT((tokensOf("User1") == Tokens{"er", "er1", "r1", "se", "ser", "us", "use", "user1"}));
    CPPUNIT_ASSERT((tokensOf("日本 😀") == sorted({"日", "日本", "本", "😀"})));
    CPPUNIT_ASSERT((tokensOf("ab日") == sorted({"ab", "b日", "日"})));
    CPPUNIT_ASSERT((tokensOf("", R"({"image":{"url":"http://a"},"video":{}})") == Tokens{"hasimage", "hasvideo"}));
    CPPUNIT_ASSERT(std::ranges::count(tokensOf("HTTPS://x"), "haslink") == 1);
    CPPUNIT_ASSERT((tokensOf(std::string("\0'\"; --", 7)) == Tokens{}));
  }

  void ofATerm() {
    const struct {
      std::string typed;
      Tokens tokens;
    } rows[] = {
        {"", {}},
        {"a", {}},
        {"%", {}},
        {"ab", {"ab"}},
        {"Café", {"afe", "caf"}},
        {"日", {"日"}},
        {"日本", {"日本"}},
        {"é", {}},
        {"a b", {}},
        {"100%", {"100"}},
        {"don't", {"don"}},
        {"abcd", {"abc", "bcd"}},
        {"abcdef", {"abcde", "bcdef"}},
        {"ab日", {"ab", "b日"}},
        {"abc日", {"abc", "c日"}},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_MESSAGE(row.typed, ofTerm(row.typed) == sorted(row.tokens));
  }

  void expressions() {
    CPPUNIT_ASSERT_EQUAL(std::string(R"("ab" AND "日本")"), support::SearchIndex::expression({"ab", "日本"}));
  }

  /// The index must never hide a message that the comparison would find.
  void everyPartOfATextIsFoundByItsTokens() {
    std::mt19937 random(20261122);
    const std::u32string alphabet = U"abAB éßİıﬁ\u0301\u0307日本がｶﾞ한👍\U0001F3FD\u200d\ufe0f-'1ø";
    for (int run = 0; run < 2'000; ++run) {
      std::u32string text;
      for (int i = 0; i < 12; ++i) text += alphabet[random() % alphabet.size()];
      const auto begin = random() % text.size();
      const std::string part = support::toText(text.substr(begin, 1 + random() % 6));
      const std::string whole = support::toText(text);
      const support::SearchTerm term(part);
      if (!term.isIn(support::foldForSearch(whole))) continue;
      const Tokens all = tokensOf(whole);
      for (const std::string& token : SearchTokens::ofTerm(term.folded())) {
        CPPUNIT_ASSERT_MESSAGE(part + " in " + whole + ": " + token, std::binary_search(all.begin(), all.end(), token));
      }
      const std::string plain = support::plainText(support::foldForSearch(whole));
      for (const std::string& piece : term.pieces()) {
        CPPUNIT_ASSERT_MESSAGE(part + " in " + whole, plain.find(piece) != std::string::npos);
      }
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SearchTokensTest);

}  // namespace chat::test
