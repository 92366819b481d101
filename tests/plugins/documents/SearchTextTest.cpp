#include <cppunit/extensions/HelperMacros.h>

#include "support/SearchText.h"

namespace chat::test {

using support::SearchTerm;

/// What the search takes for the same.
class SearchTextTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SearchTextTest);
  CPPUNIT_TEST(plainForms);
  CPPUNIT_TEST(whatIsFound);
  CPPUNIT_TEST(accentsCountIfTheyWereTyped);
  CPPUNIT_TEST(pieces);
  CPPUNIT_TEST_SUITE_END();

  static bool isIn(const std::string& typed, const std::string& text) {
    return SearchTerm(typed).isIn(support::foldForSearch(text));
  }

  void plainForms() {
    const struct {
      std::string text;
      std::string expected;
    } rows[] = {
        {"", ""},
        {"Hello, World 1", "hello, world 1"},
        {"ÄÖÜ É Ñ ß", "aou e n ss"},
        {"Caf\u00e9 Cafe\u0301", "cafe cafe"},
        {"ПРИВЕТ Ёлка", "привет елка"},
        {"ΟΔΟΣ οδος ᾳ", "οδοσ οδοσ αι"},
        {"İstanbul ISPARTA ışık", "istanbul isparta isik"},
        {"ﬁne ﬄ ǆ", "fine ffl dz"},
        {"ＡＢＣ　１２３", "abc 123"},
        {"Łódź Ørsted Đorđe ħ", "lodz orsted dorde h"},
        {"ｶﾞ が ば は", "ガ が ば は"},
        {"한국어 \u1112\u1161\u11ab", "한국어 한"},
        {"हिन्दी ไทย", "हिन्दी ไทย"},
        {"שָׁלוֹם مُحَمَّد أحمد", "שלום محمد احمد"},
        {"日本 中文 ㍿", "日本 中文 株式会社"},
        {"❤\ufe0f 👩\u200d👧 👍\U0001F3FD", "❤ 👩👧 👍\U0001F3FD"},
        {"it\u2019s \u201cso\u201d", "it's \"so\""},
        {"so\u00adft zero\u200bwidth", "soft zerowidth"},
        {"\U00010400", "\U00010428"},  // Deseret, beyond 16 bits
        {std::string("A\0é", 4), std::string("a\0e", 3)},
        {"a\nB", "a\nb"},
        {"\uffff\U0010ffff", "\uffff\U0010ffff"},
    };
    for (const auto& row : rows) {
      const std::string plain = support::plainText(support::foldForSearch(row.text));
      CPPUNIT_ASSERT_EQUAL(row.expected, plain);
      CPPUNIT_ASSERT_EQUAL_MESSAGE("again", row.expected, support::plainText(support::foldForSearch(plain)));
    }
  }

  void whatIsFound() {
    const struct {
      std::string typed;
      std::string text;
      bool isFound;
    } rows[] = {
        {"", "anything", true},
        {"O WO", "Hello World", true},
        {"hello world", "Hello\n \tWorld", true},
        {"hello\u3000world", "hello world", true},
        {"hello world", "helloworld", false},
        {"Hello World ", "Hello World", false},
        {"strasse", "Straße", true},
        {"STRASSE", "straße", true},
        {"straße", "STRASSE", true},
        {"İSTANBUL", "istanbul", true},
        {"istanbul", "İSTANBUL", true},
        {"IŞIK", "ışık", true},
        {"office", "oﬃce", true},
        {"abc", "ＡＢＣ", true},
        {"ＡＢＣ", "abc", true},
        {"lodz", "Łódź", true},
        {"本語", "日本語テスト", true},
        {"テスト", "日本語ﾃｽﾄ", true},
        {"日語", "日本語", false},
        {"は", "ば", false},
        {"국", "한국어", true},
        {"👍", "ok 👍\U0001F3FD", true},
        {"👍\U0001F3FD", "ok 👍", false},
        {"👧", "👩\u200d👧", true},
        {"❤", "❤\ufe0f", true},
        {"😁", "😀", false},
        {"a", "xAx", true},
        {"%", "100%", true},
        {"_", "-", false},
        {"it's", "it\u2019s", true},
        {"aab", "aaab", true},
        {std::string("\0b", 2), std::string("nul\0Byte", 8), true},
        {std::string(200'000, 'x'), "xxx", false},
    };
    for (const auto& [typed, text, isFound] : rows) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(typed.substr(0, 50) + " in " + text, isFound, isIn(typed, text));
    }
  }

  void accentsCountIfTheyWereTyped() {
    const struct {
      std::string typed;
      std::string text;
      bool isFound;
    } rows[] = {
        {"cafe", "Café", true},
        {"cafe", "Cafe\u0301s", true},
        {"café", "CAFÉ", true},
        {"cafe\u0301", "caf\u00e9", true},
        {"café", "cafe", false},
        {"café", "cafè", false},
        {"resumé", "résumé", true},
        {"resumé", "résume", false},
        {"fe", "cafés", true},
        {"fé", "cafe", false},
        {"e", "ệ", true},
        {"ê", "ệ", false},
        {"ệ", "e\u0302\u0323", true},
        {"ø", "Ørsted", true},
        {"ø", "Orsted", false},
        {"орёл", "орел", false},
        {"орел", "орёл", true},
        {"\u0301", "é", true},
    };
    for (const auto& [typed, text, isFound] : rows) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(typed + " in " + text, isFound, isIn(typed, text));
    }
  }

  void pieces() {
    const auto pieces = SearchTerm(" Grüße an\t die Straße ").pieces();
    CPPUNIT_ASSERT((pieces == std::vector<std::string>{"grusse", "an", "die", "strasse"}));
    CPPUNIT_ASSERT(SearchTerm(" \u0301 ").pieces().empty());
    CPPUNIT_ASSERT(SearchTerm("\u200d").isEmpty());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SearchTextTest);

}  // namespace chat::test
