#include <boost/json/serialize.hpp>

#include "msgsearch/MsgSearchHandler.h"
#include "plugins/support/ChatFixture.h"
#include "plugins/support/MessagesWithFeed.h"
#include "support/SearchProgress.h"

namespace chat::test {

using namespace std::chrono_literals;

/// Event `msgsearch`, as in docs/protocol.md.
class MsgSearchTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(MsgSearchTest);
  CPPUNIT_TEST(nothingFound);
  CPPUNIT_TEST(bothWaysNewestFirst);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(anonymousSocketsAreRefused);
  CPPUNIT_TEST(onesOwnMessages);
  CPPUNIT_TEST(pages);
  CPPUNIT_TEST(pagesBefore);
  CPPUNIT_TEST(queries);
  CPPUNIT_TEST(queriesArePagedToo);
  CPPUNIT_TEST(lidsAreNeverShown);
  CPPUNIT_TEST(attributesComeBack);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    addUser("Ann", _ann);
    addUser("bob", _bob);
    addUser("carl", _carl);
    _messages = std::make_unique<MessagesWithFeed>(database(), emitter, clock);
    support::SearchProgress(database()).begin(support::toMillis(clock.wallTime()));
    _handler =
        std::make_unique<msgsearch::MsgSearchHandler>(database(), clock, msgsearch::MsgSearchHandler::Settings{});
  }
  void tearDown() override {
    _messages.reset();
    _handler.reset();
    ChatFixture::tearDown();
  }

 private:
  std::string send(FakeSocket& from, const std::string& to, const std::string& text,
                   const boost::json::value& attributes = boost::json::object{}) {
    clock.advance(1s);
    const boost::json::value document = {
        {"data",
         {{"type", "msg"},
          {"lid", "l" + std::to_string(++_lids)},
          {"message", {{"rid", to}, {"message_data", text}, {"attributes", attributes}}}}}};
    return from.send(*_messages, "messages", boost::json::serialize(document)).text("/data/id");
  }
  Answer ask(const std::string& document) { return _ann.send(*_handler, "msgsearch", document); }
  Answer search(const std::string& meta = "", const std::string& sid = "ann", const std::string& rid = "bob") {
    return ask("{" + (meta.empty() ? "" : "\"meta\":" + meta + ",") + R"("data":{"type":"msg","message":{"sid":")" +
               sid + R"(","rid":")" + rid + "\"}}}");
  }
  /// The texts found, e.g. `c,b,a`.
  static std::string texts(const Answer& answer) {
    CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
    std::string texts;
    for (const auto& message : answer.at("/data").as_array()) {
      if (!texts.empty()) texts += ",";
      texts += std::string(message.at_pointer("/message/message_data").as_string());
    }
    return texts;
  }
  void sendNumbered(int count) {
    for (int i = 1; i <= count; ++i)
      _ids.push_back(send(i % 2 == 0 ? _bob : _ann, i % 2 == 0 ? "ann" : "bob", std::to_string(i)));
  }

  void nothingFound() {
    const Answer answer = search();
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT(answer.isEmitted && answer.isAcknowledged);
    CPPUNIT_ASSERT_EQUAL(std::string("[]"), answer.text("/data"));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"rows":20,"page":1,"total":0,"pages":0})"), answer.text("/meta"));
  }

  void bothWaysNewestFirst() {
    send(_ann, "bob", "one");
    send(_bob, "ann", "two");
    send(_ann, "carl", "not asked for");
    send(_carl, "bob", "none of ann's business");
    const std::string id = send(_ann, "bob", "three");
    for (const Answer& answer : {search(), search("", "BOB", "ANN"), search("{}"), search(R"({"other":1})")}) {
      CPPUNIT_ASSERT_EQUAL(std::string("three,two,one"), texts(answer));
      CPPUNIT_ASSERT_EQUAL(std::string(R"({"rows":20,"page":1,"total":3,"pages":1})"), answer.text("/meta"));
      CPPUNIT_ASSERT_EQUAL(R"({"type":"msg","id":")" + id +
                               R"(","message":{"message_data":"three","date":"2026-11-22T15:04:10.123Z",)"
                               R"("sid":"Ann","rid":"bob","attributes":{}}})",
                           answer.text("/data/0"));
    }
  }

  void whatIsRefused() {
    const Refused documents[] = {
        {"", 400, "A document"},
        {R"({"data":{"message":{"sid":"ann","rid":"bob"}}})", 400, "data.type "},
        {R"({"data":{"type":"msg"}})", 400, "data.message.sid "},
        {R"({"data":{"type":"msg","message":{"sid":"ann"}}})", 400, "data.message.rid "},
        {R"({"data":{"type":"msg","message":{"sid":"ann","rid":5}}})", 400, "data.message.rid "},
        {R"({"data":{"type":"msg","message":{"sid":"ann","rid":""}}})", 400, "data.message.rid "},
        {R"({"data":{"type":"msg","message":{"sid":"bob","rid":"carl"}}})", 403, "These are"},
        {R"({"data":{"type":"msg","message":{"sid":"bob","rid":"nobody"}}})", 403, "These are"},
        {R"({"data":{"type":"msg","message":{"sid":"nobody","rid":"no body"}}})", 403, "These are"},
        {R"({"data":{"type":"msg","message":{"sid":"ann","rid":"nobody"}}})", 404, "There is no"},
        {R"({"data":{"type":"msg","message":{"sid":"no body","rid":"ann"}}})", 404, "There is no"},
    };
    expectRefusals(_ann, *_handler, "msgsearch", documents);
    for (const char* meta : {"5",
                             "null",
                             "[]",
                             R"({"rows":0})",
                             R"({"rows":101})",
                             R"({"rows":-1})",
                             R"({"rows":1.5})",
                             R"({"rows":"20"})",
                             R"({"rows":null})",
                             R"({"page":0})",
                             R"({"page":-1})",
                             R"({"page":"1"})",
                             R"({"page":1.5})",
                             R"({"page":null})",
                             R"({"query":5})",
                             R"({"query":null})",
                             R"({"before":5})",
                             R"({"before":""})",
                             R"({"before":"x"})",
                             R"({"before":"-1"})",
                             R"({"before":null})"}) {
      const Answer answer = search(meta);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(meta, 400, answer.code());
      CPPUNIT_ASSERT_EQUAL(std::string("meta"), answer.detail().substr(0, 4));
    }
  }

  void anonymousSocketsAreRefused() {
    FakeSocket anonymous;
    const Answer answer = anonymous.send(*_handler, "msgsearch", "");
    CPPUNIT_ASSERT_EQUAL(401, answer.code());
    CPPUNIT_ASSERT_EQUAL(2, answer.status);
  }

  void onesOwnMessages() {
    send(_ann, "ann", "note");
    send(_ann, "bob", "letter");
    CPPUNIT_ASSERT_EQUAL(std::string("note"), texts(search("", "ann", "Ann")));
  }

  void pages() {
    sendNumbered(45);
    const struct {
      std::string meta;
      std::string first;
      std::size_t count;
      std::string answered;
      bool hasNext;
    } rows[] = {
        {R"({"page":1})", "45", 20, R"("rows":20,"page":1,"total":45,"pages":3)", true},
        {R"({"page":2,"rows":20})", "25", 20, R"("rows":20,"page":2,"total":45,"pages":3)", true},
        {R"({"page":3})", "5", 5, R"("rows":20,"page":3,"total":45,"pages":3)", false},
        {R"({"page":4})", "", 0, R"("rows":20,"page":4,"total":45,"pages":3)", false},
        {R"({"page":18446744073709551615})", "", 0, R"("rows":20,"page":18446744073709551615,"total":45,"pages":3)",
         false},
        {R"({"rows":1,"page":45})", "1", 1, R"("rows":1,"page":45,"total":45,"pages":45)", false},
        {R"({"rows":100})", "45", 45, R"("rows":100,"page":1,"total":45,"pages":1)", false},
        {R"({"rows":45})", "45", 45, R"("rows":45,"page":1,"total":45,"pages":1)", false},
        {R"({"rows":15,"page":3})", "15", 15, R"("rows":15,"page":3,"total":45,"pages":3)", false},
        {R"({"rows":2e1,"page":2.0})", "25", 20, R"("rows":20,"page":2,"total":45,"pages":3)", true},
    };
    for (const auto& row : rows) {
      const Answer answer = search(row.meta);
      const auto& found = answer.at("/data").as_array();
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.meta, row.count, found.size());
      if (row.count > 0) CPPUNIT_ASSERT_EQUAL(row.first, answer.text("/data/0/message/message_data"));
      std::string meta = "{" + row.answered;
      if (row.hasNext) meta += ",\"next\":" + boost::json::serialize(found.back().at("id"));
      CPPUNIT_ASSERT_EQUAL(meta + "}", answer.text("/meta"));
    }
  }

  void pagesBefore() {
    sendNumbered(45);
    std::string before = search(R"({"rows":20})").text("/meta/next");
    CPPUNIT_ASSERT_EQUAL(_ids[25], before);
    const Answer second = search(R"({"rows":20,"page":7,"before":")" + before + "\"}");
    CPPUNIT_ASSERT_EQUAL(std::string("25"), second.text("/data/0/message/message_data"));
    CPPUNIT_ASSERT_EQUAL(std::size_t{20}, second.at("/data").as_array().size());
    CPPUNIT_ASSERT_EQUAL(_ids[5], second.text("/meta/next"));
    const Answer last = search(R"({"rows":5,"before":")" + _ids[5] + "\"}");
    CPPUNIT_ASSERT_EQUAL(std::string("5,4,3,2,1"), texts(last));
    CPPUNIT_ASSERT(!last.has("/meta/next"));
    CPPUNIT_ASSERT_EQUAL(std::string(), texts(search(R"({"before":"0"})")));
    CPPUNIT_ASSERT_EQUAL(std::string("45"), texts(search(R"({"rows":1,"before":"99999999999999999999999"})")));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("page is ignored", 0, search(R"({"before":"5","page":"x"})").status);
  }

  void queries() {
    const std::string sent[] = {
        "Hello World", "ÄRGER in Köln", "100% sure_", "\xf0\x9f\x98\x80 ha",      "日本語テスト",
        "C:\\path'\"", "ПРИВЕТ",        "ΟΔΟΣ",       std::string("nul\0Byte", 8)};
    for (const std::string& text : sent) send(_ann, "bob", text);
    const struct {
      std::string query;
      std::string found;
    } rows[] = {
        {"hello", sent[0]},
        {"O WO", sent[0]},
        {"ärger", sent[1]},
        {"arger", sent[1]},
        {"KÖLN", sent[1]},
        {"100%", sent[2]},
        {"%", sent[2]},
        {"_", sent[2]},
        {"h_llo", ""},
        {"h%o", ""},
        {"\xf0\x9f\x98\x80", sent[3]},
        {"\xf0\x9f\x98\x81", ""},  // another emoji
        {"本語", sent[4]},
        {"\\", sent[5]},
        {"'\"", sent[5]},
        {"привет", sent[6]},
        {"οδος", sent[7]},
        {std::string("\0b", 2), sent[8]},
        {"Hello World ", ""},
        {"aerger", ""},
        {std::string(200'000, 'x'), ""},
    };
    for (const auto& row : rows) {
      const std::string meta = boost::json::serialize(boost::json::value{{"query", row.query}});
      const Answer answer = search(meta);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.query.substr(0, 50), row.found, texts(answer));
      CPPUNIT_ASSERT_EQUAL(std::string(row.found.empty() ? "0" : "1"), answer.text("/meta/total"));
      CPPUNIT_ASSERT_EQUAL(std::string(row.found.empty() ? "0" : "1"), answer.text("/meta/pages"));
    }
    CPPUNIT_ASSERT_EQUAL(std::to_string(std::size(sent)), search(R"({"query":""})").text("/meta/total"));
  }

  void queriesArePagedToo() {
    for (int i = 1; i <= 5; ++i) {
      send(_ann, "bob", "Yes " + std::to_string(i));
      send(_ann, "bob", "no");
    }
    const Answer first = search(R"({"query":"YES","rows":2})");
    CPPUNIT_ASSERT_EQUAL(std::string("Yes 5,Yes 4"), texts(first));
    CPPUNIT_ASSERT_EQUAL(std::string("5"), first.text("/meta/total"));
    CPPUNIT_ASSERT_EQUAL(std::string("3"), first.text("/meta/pages"));
    const Answer second = search(R"({"query":"yes","rows":2,"before":")" + first.text("/meta/next") + "\"}");
    CPPUNIT_ASSERT_EQUAL(std::string("Yes 3,Yes 2"), texts(second));
    const Answer third = search(R"({"query":"yes","rows":2,"page":3})");
    CPPUNIT_ASSERT_EQUAL(std::string("Yes 1"), texts(third));
    CPPUNIT_ASSERT(!third.has("/meta/next"));
  }

  void lidsAreNeverShown() {
    send(_ann, "bob", "x");
    CPPUNIT_ASSERT(!search().has("/data/0/lid"));
  }

  void attributesComeBack() {
    send(_ann, "bob", "", {{"image", {{"url", "https://example.org/a.png"}, {"width", 12}}}});
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"image":{"url":"https://example.org/a.png","width":12}})"),
                         search().text("/data/0/message/attributes"));
  }

  FakeSocket _ann;
  FakeSocket _bob;
  FakeSocket _carl;
  int _lids = 0;
  std::vector<std::string> _ids;
  std::unique_ptr<MessagesWithFeed> _messages;
  std::unique_ptr<msgsearch::MsgSearchHandler> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(MsgSearchTest);

}  // namespace chat::test
