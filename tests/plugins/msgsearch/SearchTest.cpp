#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <random>

#include "plugins/msgsearch/SearchFixture.h"
#include "support/RequireIdentity.h"
#include "support/SearchIndex.h"
#include "support/SearchText.h"

namespace chat::test {

using namespace std::chrono_literals;

/// `meta.search` of the event `msgsearch`.
class SearchTest : public SearchFixture {
  CPPUNIT_TEST_SUITE(SearchTest);
  CPPUNIT_TEST(wordsInAnyOrder);
  CPPUNIT_TEST(whatPeopleType);
  CPPUNIT_TEST(onlyOnesOwn);
  CPPUNIT_TEST(fromAndIn);
  CPPUNIT_TEST(dates);
  CPPUNIT_TEST(has);
  CPPUNIT_TEST(pagesByCursor);
  CPPUNIT_TEST(numberedPages);
  CPPUNIT_TEST(theTimeIsLimited);
  CPPUNIT_TEST(countingIsLimitedToo);
  CPPUNIT_TEST(deepPages);
  CPPUNIT_TEST(oneAtATime);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(removedMessagesAreNotFound);
  CPPUNIT_TEST(manyRemovedMessagesHideNoOther);
  CPPUNIT_TEST(asAPlainComparisonWouldFind);
  CPPUNIT_TEST_SUITE_END();

  void wordsInAnyOrder() {
    send(ann, "bob", "the red house");
    send(bob, "ann", "a house, painted red");
    send(bob, "ann", "Redhouse");
    send(ann, "carl", "red only");
    CPPUNIT_ASSERT_EQUAL(std::string("Redhouse,a house, painted red,the red house"), found("HOUSE red"));
    CPPUNIT_ASSERT_EQUAL(std::string("the red house"), found("\"red house\""));
    CPPUNIT_ASSERT_EQUAL(std::string("the red house"), found("\"d  hou\" th"));
    CPPUNIT_ASSERT_EQUAL(std::string(), found("house green"));
    CPPUNIT_ASSERT_EQUAL(std::string("red only,Redhouse,a house, painted red,the red house"), found("  "));
  }

  void whatPeopleType() {
    const std::string sent[] = {
        "Crème brûlée im Café", "Straße nach İzmir", "日本語を話す", "👍\U0001F3FD ok", "ﬁne ＡＢＣ", "I", "xq"};
    for (const std::string& text : sent) send(ann, "bob", text);
    const struct {
      std::string typed;
      std::string text;
    } rows[] = {
        {"cafe creme", sent[0]}, {"cre\u0300me", sent[0]}, {"crémé", ""},       {"STRASSE", sent[1]},
        {"izmir", sent[1]},      {"日本", sent[2]},        {"話", sent[2]},     {"語　日", sent[2]},
        {"👍", sent[3]},          {"👍\U0001F3FD", sent[3]}, {"👍\U0001F3FF", ""}, {"fine abc", sent[4]},
        {"q", sent[6]},          {"xq", sent[6]},          {"qx", ""},
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.typed, row.text, found(row.typed));
    CPPUNIT_ASSERT_EQUAL(sent[5] + "," + sent[4] + "," + sent[1] + "," + sent[0], found("i"));
  }

  void onlyOnesOwn() {
    send(bob, "carl", "secret of bob and carl");
    send(carl, "carl", "secret of carl");
    send(ann, "ann", "secret note");
    send(carl, "ann", "secret for ann");
    CPPUNIT_ASSERT_EQUAL(std::string("secret for ann,secret note"), found("secret"));
    CPPUNIT_ASSERT_EQUAL(std::string("secret for ann,secret note"), found("\"e\""));
    CPPUNIT_ASSERT_EQUAL(std::string(), found("from:bob secret"));
    CPPUNIT_ASSERT_EQUAL(std::string("secret for ann"), texts(searchWith("carl", R"({"search":"secret"})")));
    CPPUNIT_ASSERT_EQUAL(std::string(), texts(searchWith("bob", R"({"search":"secret"})")));
    if (isMySql()) return;
    execute("INSERT INTO message_search (rowid, tokens) SELECT id, 'secret member1 conversation1 ret' FROM message");
    CPPUNIT_ASSERT_EQUAL_MESSAGE("whatever the index says", std::string("secret for ann,secret note"), found("secret"));
    CPPUNIT_ASSERT_EQUAL(std::string(), texts(searchWith("bob", R"({"search":"secret"})")));
  }

  void fromAndIn() {
    send(ann, "bob", "x1");
    send(bob, "ann", "x2");
    send(carl, "ann", "x3");
    send(ann, "ann", "x4");
    CPPUNIT_ASSERT_EQUAL(std::string("x2"), found("x from:BOB"));
    CPPUNIT_ASSERT_EQUAL(std::string("x4,x1"), found("from:me"));
    CPPUNIT_ASSERT_EQUAL(std::string("x2,x1"), found("in:bob"));
    CPPUNIT_ASSERT_EQUAL(std::string("x1"), found("in:bob from:ann x"));
    CPPUNIT_ASSERT_EQUAL(std::string("x4"), found("in:me"));
    CPPUNIT_ASSERT_EQUAL(std::string("x3"), texts(searchWith("carl", R"({"search":"in:carl x"})")));
    CPPUNIT_ASSERT_EQUAL(std::string(), found("from:carl in:bob"));
  }

  void dates() {
    clock.setWall(std::chrono::milliseconds(1'795'300'000'000));  // 2026-11-21T22:26:40Z
    for (int hour = 0; hour < 6; ++hour) {
      send(ann, "bob", "h" + std::to_string(hour));
      clock.advance(59min);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("h5,h4,h3,h2"), found("after:2026-11-22"));
    CPPUNIT_ASSERT_EQUAL(std::string("h1,h0"), found("h before:2026-11-22"));
    CPPUNIT_ASSERT_EQUAL(std::string("h3,h2"), found("after:2026-11-22 before:2026-11-22T02:00"));
    CPPUNIT_ASSERT_EQUAL(std::string("h0"), texts(search("before:2026-11-22", R"("zone":"+01:00")")));
    CPPUNIT_ASSERT_EQUAL(std::string(), found("after:2027"));
    CPPUNIT_ASSERT_EQUAL(std::string(), found("before:1969"));
    CPPUNIT_ASSERT_EQUAL(std::string(), found("after:9999-12-31 before:0000"));
  }

  void has() {
    send(ann, "bob", "a", R"({"image":{"url":"https://example.org/a.png"}})");
    send(ann, "bob", "b", R"({"video":{"url":"https://example.org/b"},"image":{}})");
    send(ann, "bob", "c", R"({"other":{"image":1}})");
    send(ann, "bob", "HTTPS://example.org");
    send(ann, "bob", "see www.example.org");
    CPPUNIT_ASSERT_EQUAL(std::string("b,a"), found("has:image"));
    CPPUNIT_ASSERT_EQUAL(std::string("b"), found("has:video has:image"));
    CPPUNIT_ASSERT_EQUAL(std::string("see www.example.org,HTTPS://example.org"), found("has:link"));
    CPPUNIT_ASSERT_EQUAL(std::string("see www.example.org"), found("has:link see"));
    CPPUNIT_ASSERT_EQUAL(std::string(), found("has:link has:image"));
  }

  void pagesByCursor() {
    for (int i = 1; i <= 7; ++i) send(i % 2 == 0 ? ann : bob, i % 2 == 0 ? "bob" : "ann", "word " + std::to_string(i));
    send(ann, "carl", "other");
    std::string all;
    std::string before;
    for (int page = 0; page < 3; ++page) {
      const Answer answer = search("word", R"("rows":3)" + (before.empty() ? "" : R"(,"before":")" + before + "\""));
      all += texts(answer) + ";";
      CPPUNIT_ASSERT(!answer.has("/meta/total") && !answer.has("/meta/page") && !answer.has("/meta/partial"));
      CPPUNIT_ASSERT_EQUAL(page < 2, answer.has("/meta/next"));
      before = answer.text("/meta/next");
    }
    CPPUNIT_ASSERT_EQUAL(std::string("word 7,word 6,word 5;word 4,word 3,word 2;word 1;"), all);
    CPPUNIT_ASSERT_EQUAL(std::string(), texts(search("word", R"("before":"0")")));
    CPPUNIT_ASSERT_EQUAL(std::string("other"), texts(search("", R"("rows":1,"before":"99999999999999999999")")));
  }

  void numberedPages() {
    for (int i = 1; i <= 5; ++i) send(ann, "bob", "word " + std::to_string(i));
    const Answer second = search("word", R"("rows":2,"page":2)");
    CPPUNIT_ASSERT_EQUAL(std::string("word 3,word 2"), texts(second));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), second.text("/meta/page"));
    CPPUNIT_ASSERT_EQUAL(std::string("5"), second.text("/meta/total"));
    CPPUNIT_ASSERT_EQUAL(std::string("3"), second.text("/meta/pages"));
    CPPUNIT_ASSERT_EQUAL(second.text("/data/1/id"), second.text("/meta/next"));
    const Answer last = search("word", R"("rows":2,"page":3)");
    CPPUNIT_ASSERT_EQUAL(std::string("word 1"), texts(last));
    CPPUNIT_ASSERT(!last.has("/meta/next"));
    CPPUNIT_ASSERT_EQUAL(std::string(), texts(search("word", R"("page":18446744073709551615)")));
  }

  void fill(int count) {
    for (int i = 0; i < count; ++i) send(ann, "bob", i == 0 ? "needle" : "hay");
  }

  /// A millisecond for each message.
  void theTimeIsLimited() {
    addMany(1'500);
    forgetIndex();
    searchClock.tick = 1ms;
    int answers = 0;
    std::string before;
    std::string all;
    do {
      const Answer answer = search("needle", before.empty() ? "" : R"("before":")" + before + "\"");
      CPPUNIT_ASSERT_EQUAL(0, answer.status);
      all += texts(answer);
      CPPUNIT_ASSERT_EQUAL(answer.has("/meta/partial"), answer.has("/meta/next"));
      before = answer.has("/meta/next") ? answer.text("/meta/next") : "";
      CPPUNIT_ASSERT(++answers < 40);
    } while (!before.empty());
    CPPUNIT_ASSERT(answers > 2);
    CPPUNIT_ASSERT_EQUAL(std::string("needle"), all);
  }

  void countingIsLimitedToo() {
    addMany(1'500);
    forgetIndex();
    searchClock.tick = 1ms;
    const Answer answer = searchWith("bob", R"({"query":"hay","rows":2})");
    CPPUNIT_ASSERT_EQUAL(std::string("hay,hay"), texts(answer));
    CPPUNIT_ASSERT_EQUAL(std::string("true"), answer.text("/meta/partial"));
    CPPUNIT_ASSERT(std::stoi(answer.text("/meta/total")) >= 50 && std::stoi(answer.text("/meta/total")) < 1'499);
    CPPUNIT_ASSERT_EQUAL(answer.text("/data/1/id"), answer.text("/meta/next"));
    searchClock.tick = 0ms;
    const Answer whole = searchWith("bob", R"({"query":"hay","rows":2})");
    CPPUNIT_ASSERT(!whole.has("/meta/partial"));
    CPPUNIT_ASSERT_EQUAL(std::string("1499"), whole.text("/meta/total"));
  }

  /// Some 45,000 messages; a page is read from the nearer end, 20,000 at a time.
  void deepPages() {
    addMany(45'001);
    const auto page = [&](int number) {
      return searchWith("bob", R"({"rows":1,"page":)" + std::to_string(number) + "}");
    };
    const std::uint64_t newest = std::stoull(page(1).text("/data/0/id"));
    for (const int number : {1, 2, 19'000, 20'001, 20'002, 22'501, 22'502, 30'000, 45'000, 45'001}) {
      const Answer answer = page(number);
      CPPUNIT_ASSERT_EQUAL(std::to_string(newest - static_cast<unsigned>(number) + 1), answer.text("/data/0/id"));
      CPPUNIT_ASSERT_EQUAL(number != 45'001, answer.has("/meta/next"));
      CPPUNIT_ASSERT(!answer.has("/meta/partial"));
    }
    searchClock.tick = 200ms;
    const Answer late = page(22'000);
    CPPUNIT_ASSERT_EQUAL(std::string("[]"), late.text("/data"));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"rows":1,"page":22000,"total":45001,"pages":45001,"partial":true})"),
                         late.text("/meta"));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("from the nearer end", std::string("needle"), texts(page(45'001)));
  }

  void oneAtATime() {
    fill(1);
    msgsearch::OneAtATime searching;
    std::optional<msgsearch::OneAtATime::Turn> turn(std::in_place, searching, 1);
    const msgsearch::OneAtATime::Turn others(searching, 2);
    try {
      const msgsearch::OneAtATime::Turn second(searching, 1);
      CPPUNIT_FAIL("a second one");
    } catch (const plugin::AppError& error) {
      CPPUNIT_ASSERT_EQUAL(429, error.code());
      CPPUNIT_ASSERT_EQUAL(1U, error.retryAfterSeconds().value());
    }
    turn.reset();
    const msgsearch::OneAtATime::Turn next(searching, 1);
  }

  void whatIsRefused() {
    const Refused documents[] = {
        {R"({"meta":{"search":5},"data":{"type":"msg"}})", 400, "meta.search must be a string"},
        {R"({"meta":{"search":null},"data":{"type":"msg"}})", 400, "meta.search must be a string"},
        {R"({"meta":{"search":"a","query":"a"},"data":{"type":"msg"}})", 400, "meta.search can't be used"},
        {R"({"meta":{"search":"\"a"},"data":{"type":"msg"}})", 400, "meta.search has a quote"},
        {R"({"meta":{"search":"a","zone":"Berlin"},"data":{"type":"msg"}})", 400, "meta.zone must be"},
        {R"({"meta":{"search":"a","page":0},"data":{"type":"msg"}})", 400, "meta.page"},
        {R"({"meta":{"search":"a"},"data":{"type":"msg","message":{}}})", 400, "data.message.sid"},
        {R"({"meta":{"search":"a"},"data":{"type":"msg","message":{"sid":"bob","rid":"carl"}}})", 403, "These are"},
        {R"({"meta":{"search":"from:nobody"},"data":{"type":"msg"}})", 404, "There is no"},
        {R"({"meta":{"search":"in:no-body"},"data":{"type":"msg"}})", 404, "There is no"},
        {R"({"meta":{"search":"in:carl"},"data":{"type":"msg","message":{"sid":"ann","rid":"bob"}}})", 400,
         "meta.search has an in:"},
        {R"({"meta":{"query":"a"},"data":{"type":"msg"}})", 400, "data.message.sid"},
    };
    expectRefusals(ann, *handler, "msgsearch", documents);
    FakeSocket anonymous;
    CPPUNIT_ASSERT_EQUAL(
        401, anonymous.send(*handler, "msgsearch", R"({"meta":{"search":"a"},"data":{"type":"msg"}})").code());
    fill(1);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("a refusal ends the turn", std::string("needle"), found("needle"));
  }

  void removedMessagesAreNotFound() {
    const std::string id = send(ann, "bob", "gone and forgotten");
    send(ann, "bob", "gone but kept");
    execute("DELETE FROM message WHERE id = " + id);
    CPPUNIT_ASSERT_EQUAL(std::string("gone but kept"), found("gone"));
    if (isMySql()) return;
    const auto entries = [&](const std::string& token) {
      return number("SELECT COUNT(*) FROM message_search WHERE message_search MATCH '\"" + token + "\"'");
    };
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, entries("gon"));
    const std::uint64_t sender = support::accountId(*ann.identity());
    const std::uint64_t receiver = support::accountId(*bob.identity());
    const support::IndexedMessage removed{
        std::stoull(id), conversationOf(sender, receiver), sender, {sender, receiver}, "gone and forgotten", "{}"};
    database().transaction([&](Poco::Data::Session& session) {
      support::SearchIndex(database()).remove(session, {&removed, 1});
    });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, entries("gon"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, entries("tte"));
    CPPUNIT_ASSERT_EQUAL(std::string("gone but kept"), found("gone"));
  }

  void manyRemovedMessagesHideNoOther() {
    addMany(1'000);
    execute("DELETE FROM message WHERE body = 'hay' AND id % 5 <> 0");
    std::string before;
    std::size_t count = 0;
    do {
      const Answer answer = search("hay", R"("rows":7)" + (before.empty() ? "" : R"(,"before":")" + before + "\""));
      count += answer.at("/data").as_array().size();
      before = answer.has("/meta/next") ? answer.text("/meta/next") : "";
    } while (!before.empty());
    CPPUNIT_ASSERT_EQUAL(number("SELECT COUNT(*) FROM message WHERE body = 'hay'"), static_cast<std::int64_t>(count));
  }

  /// Random texts and searches: never a fault, and always what comparing each message finds.
  void asAPlainComparisonWouldFind() {
    std::mt19937 random(11);
    const std::u32string alphabet = U"abcAé\u0301ßİı 日本語が👍\U0001F3FD\u200d\"'%_-ﬁ１\u00a0\n\U0010fffd";
    const auto someText = [&](unsigned longest) {
      std::u32string text;
      for (unsigned i = 1 + random() % longest; i > 0; --i) text += alphabet[random() % alphabet.size()];
      return support::toText(text);
    };
    std::vector<std::string> sent;
    for (int i = 0; i < 60; ++i) send(ann, "bob", sent.emplace_back(someText(10)));
    for (int run = 0; run < 300; ++run) {
      const std::string typed = someText(4);
      const support::SearchTerm term(typed);
      boost::json::array expected;
      for (auto text = sent.rbegin(); text != sent.rend(); ++text) {
        if (term.isIn(support::foldForSearch(*text))) expected.emplace_back(*text);
      }
      const Answer answer =
          searchWith("bob", R"({"rows":100,"query":)" + boost::json::serialize(boost::json::value(typed)) + "}");
      CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
      boost::json::array actual;
      for (const auto& message : answer.at("/data").as_array()) {
        actual.push_back(message.at_pointer("/message/message_data"));
      }
      CPPUNIT_ASSERT_EQUAL_MESSAGE(typed, boost::json::serialize(expected), boost::json::serialize(actual));
      const Answer parsed = search(typed);
      CPPUNIT_ASSERT_MESSAGE(typed + ": " + parsed.detail(), parsed.status == 0 || parsed.code() == 400);
    }
  }
};

CHAT_DATABASE_TEST_REGISTRATION(SearchTest);

}  // namespace chat::test
