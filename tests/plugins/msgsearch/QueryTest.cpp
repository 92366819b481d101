#include <cppunit/extensions/HelperMacros.h>

#include <boost/json/value.hpp>
#include <random>

#include "msgsearch/Query.h"
#include "msgsearch/QueryDate.h"
#include "plugin/api/AppError.h"
#include "support/Document.h"

namespace chat::test {

using namespace std::chrono_literals;
using msgsearch::Query;

/// The language of `meta.search`.
class QueryTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(QueryTest);
  CPPUNIT_TEST(wordsAndPhrases);
  CPPUNIT_TEST(operators);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(dates);
  CPPUNIT_TEST(zones);
  CPPUNIT_TEST(anyTextIsReadOrRefused);
  CPPUNIT_TEST_SUITE_END();

  static Query parse(const std::string& text, std::chrono::minutes zone = 0min, std::size_t limit = 1024) {
    const boost::json::value value(text);
    return msgsearch::parseQuery(support::Member(&value, "meta.search"), zone, limit);
  }
  static std::string termsOf(const Query& query) {
    std::string terms;
    for (const auto& term : query.terms) terms += "<" + support::toText(term.folded()) + ">";
    return terms;
  }

  void wordsAndPhrases() {
    const struct {
      std::string text;
      std::string terms;
    } rows[] = {
        {"", ""},
        {"  \t\u3000 ", ""},
        {"Hello  World", "<hello><world>"},
        {"猫\u3000犬", "<猫><犬>"},
        {R"("Hello  World" again)", "<hello world><again>"},
        {R"("a""b"c)", "<a><b><c>"},
        {R"(5" "x y")", R"(<5"><x y>)"},
        {"\u201cso it is\u201d \u201eja\u201c \u00abbien s\u00fbr\u00bb", "<so it is><ja><bien su\u0302r>"},
        {R"("" " ")", ""},
        {"http://example.org a:b :x", "<http://example.org><a:b><:x>"},
        {R"("from:ann")", "<from:ann>"},
        {"% _ ' \\", "<%><_><'><\\>"},
        {"-not *", "<-not><*>"},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL(row.terms, termsOf(parse(row.text)));
    CPPUNIT_ASSERT_EQUAL(std::string("<\"a from:b >"), termsOf(msgsearch::literalQuery("\"a from:b ")));
  }

  void operators() {
    const Query query = parse("From:Ann IN:bob before:2026-11-22 after:2025 has:IMAGE has:link x has:image");
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), query.from.value());
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), query.in.value());
    CPPUNIT_ASSERT_EQUAL(std::string("2026-11-22T00:00:00.000Z"), support::formatDate(query.before.value()));
    CPPUNIT_ASSERT_EQUAL(std::string("2025-01-01T00:00:00.000Z"), support::formatDate(query.since.value()));
    CPPUNIT_ASSERT(query.has.image && query.has.link && !query.has.video);
    CPPUNIT_ASSERT_EQUAL(std::string("<x>"), termsOf(query));
    CPPUNIT_ASSERT_EQUAL(std::string("2026-11-21T15:00:00.000Z"),
                         support::formatDate(parse("after:2026-11-22", 9h).since.value()));
  }

  void whatIsRefused() {
    const struct {
      std::string text;
      int code;
      std::string detail;
    } rows[] = {
        {R"(a "b)", 400, "meta.search has a quote"},
        {"\u00abb", 400, "meta.search has a quote"},
        {"from:", 400, "meta.search needs a username directly after from:"},
        {"in: bob", 400, "meta.search needs a username directly after in:"},
        {"from:a from:b", 400, "meta.search has from: twice"},
        {"before:2026 before:2025", 400, "meta.search has before: twice"},
        {"before:lunch", 400, "meta.search needs a date"},
        {"after:2026-02-30", 400, "meta.search needs a date"},
        {"has:", 400, "meta.search needs image, video or link"},
        {"has:sound", 400, "meta.search needs image, video or link"},
        {"a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g", 400, "meta.search has more than 32"},
        {std::string(1025, 'x'), 413, "meta.search must have at most 1024"},
    };
    for (const auto& row : rows) {
      try {
        parse(row.text);
        CPPUNIT_FAIL(row.text);
      } catch (const plugin::AppError& error) {
        CPPUNIT_ASSERT_EQUAL(row.code, error.code());
        CPPUNIT_ASSERT_EQUAL(row.detail, error.detail().substr(0, row.detail.size()));
      }
    }
  }

  void dates() {
    const struct {
      std::string text;
      std::chrono::minutes zone;
      std::string expected;
    } rows[] = {
        {"2026", 0min, "2026-01-01T00:00:00.000Z"},
        {"2026-11", -210min, "2026-11-01T03:30:00.000Z"},
        {"2024-02-29", 0min, "2024-02-29T00:00:00.000Z"},
        {"2026-11-22T15:04", 60min, "2026-11-22T14:04:00.000Z"},
        {"2026-11-22T15:04:05", 0min, "2026-11-22T15:04:05.000Z"},
        {"2026-11-22T15:04Z", 60min, "2026-11-22T15:04:00.000Z"},
        {"2026-11-22T00:30+09:00", 0min, "2026-11-21T15:30:00.000Z"},
    };
    for (const auto& row : rows) {
      const auto date = msgsearch::readDate(row.text, row.zone);
      CPPUNIT_ASSERT_MESSAGE(row.text, date.has_value());
      CPPUNIT_ASSERT_EQUAL(row.expected, support::formatDate(*date));
    }
    for (const char* text :
         {"", "26", "20261122", "2026-", "2026-13", "2026-00", "2026-1-1", "2026-11-31", "2026-11-22T",
          "2026-11-22T24:00", "2026-11-22T15:60", "2026-11-22T15:04:60", "2026-11-22T15:04+9", "2026-11-22 15:04",
          "2026-11-22T15:04:05.1Z", "-2026", "2026-11-22x"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !msgsearch::readDate(text, 0min));
    }
  }

  void zones() {
    CPPUNIT_ASSERT(msgsearch::readZone("Z") == 0min);
    CPPUNIT_ASSERT(msgsearch::readZone("+09:30") == 570min);
    CPPUNIT_ASSERT(msgsearch::readZone("-03:30") == -210min);
    for (const char* text : {"", "9", "+9", "+0900", "+19:00", "+09:60", "+09:00 ", "Berlin"}) {
      CPPUNIT_ASSERT_MESSAGE(text, !msgsearch::readZone(text));
    }
  }

  void anyTextIsReadOrRefused() {
    std::mt19937 random(7);
    const std::u32string pieces[] = {U"from:",
                                     U"in:",
                                     U"has:",
                                     U"before:",
                                     U"after:",
                                     U"\"",
                                     U"\u201c",
                                     U"\u00bb",
                                     U" ",
                                     U"\u3000",
                                     U"2026",
                                     U"-11",
                                     U"image",
                                     U"é",
                                     U"\u0301",
                                     U"日",
                                     U"👍",
                                     U"\U0010ffff",
                                     std::u32string(1, 0),
                                     U":",
                                     U"T",
                                     U"\ufdfa"};
    for (int run = 0; run < 3'000; ++run) {
      std::u32string text;
      for (unsigned i = random() % 12; i > 0; --i) text += pieces[random() % std::size(pieces)];
      try {
        parse(support::toText(text));
      } catch (const plugin::AppError& error) {
        CPPUNIT_ASSERT_EQUAL(400, error.code());
      }
    }
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(QueryTest);

}  // namespace chat::test
