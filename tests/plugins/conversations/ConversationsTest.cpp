#include <boost/json/parse.hpp>

#include "conversations/ConversationsHandler.h"
#include "plugins/support/ChatFixture.h"
#include "plugins/support/MessagesWithFeed.h"
#include "receipts/ReceiptsHandler.h"

namespace chat::test {

using conversations::ConversationsHandler;
using messages::MessagesHandler;
using receipts::ReceiptsHandler;

/// Event `conversations`.
class ConversationsTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(ConversationsTest);
  CPPUNIT_TEST(aConversation);
  CPPUNIT_TEST(newestFirst);
  CPPUNIT_TEST(pages);
  CPPUNIT_TEST(usersSeeOnlyTheirOwn);
  CPPUNIT_TEST(withOneself);
  CPPUNIT_TEST(aRemovedNewestMessage);
  CPPUNIT_TEST(aConversationWithoutMessagesIsLeftOut);
  CPPUNIT_TEST(nothingIsAnAnswer);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(anonymousSocketsAreRefused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    addUser("bob", _bob);  // the first account: the lower one of each pair
    addUser("Ann", _ann);
    MessagesHandler::Settings settings;
    settings.rate = {100'000, 100'000};
    _messages = std::make_unique<MessagesWithFeed>(database(), emitter, clock, settings);
    _receipts =
        std::make_unique<ReceiptsHandler>(database(), emitter, clock, support::RateLimiter::Rate{100'000, 100'000});
    _handler = std::make_unique<ConversationsHandler>(database());
  }
  void tearDown() override {
    _handler.reset();
    _receipts.reset();
    _messages.reset();
    ChatFixture::tearDown();
  }

 private:
  std::string write(FakeSocket& socket, const std::string& to, const std::string& text = "x") {
    const Answer answer = socket.send(*_messages, "messages",
                                      R"({"data":{"type":"msg","lid":"l)" + std::to_string(++_lids) +
                                          R"(","message":{"rid":")" + to + R"(","message_data":")" + text + "\"}}}");
    return answer.text("/data/id");
  }
  void read(FakeSocket& socket, const std::string& of, const std::string& id) {
    socket.send(*_receipts, "receipts",
                R"({"data":{"type":"receipt","receipt":{"rid":")" + of + R"(","read":")" + id + "\"}}}");
  }
  Answer list(FakeSocket& socket, const std::string& meta = "{}") {
    return socket.send(*_handler, "conversations", R"({"meta":)" + meta + R"(,"data":{"type":"conversation"}})");
  }
  static std::string names(const Answer& answer) {
    std::string all;
    for (const auto& row : answer.at("/data").as_array()) {
      all += (all.empty() ? "" : ",") + std::string(row.at("id").as_string());
    }
    return all;
  }

  void aConversation() {
    const std::string first = write(_bob, "ann", "one");
    write(_bob, "ann", "two");
    const std::string last = write(_bob, "ann", "three");
    read(_ann, "bob", first);
    const Answer anns = list(_ann);
    CPPUNIT_ASSERT_EQUAL(0, anns.status);
    CPPUNIT_ASSERT(anns.isEmitted && anns.isAcknowledged);
    const std::string message = R"({"type":"msg","id":")" + last +
                                R"(","message":{"message_data":"three","date":"2026-11-22T15:04:05.123Z",)"
                                R"("sid":"bob","rid":"Ann","attributes":{}}})";
    CPPUNIT_ASSERT_EQUAL(R"([{"type":"conversation","id":"bob","conversation":{"rid":"bob","unread":2,"last":)" +
                             message + R"(,"own":{"delivered":")" + first + R"(","read":")" + first +
                             R"("},"peer":{"delivered":"0","read":"0"}}}])",
                         anns.text("/data"));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"rows":20})"), anns.text("/meta"));
    const Answer bobs = list(_bob);
    CPPUNIT_ASSERT_EQUAL(R"([{"type":"conversation","id":"Ann","conversation":{"rid":"Ann","unread":0,"last":)" +
                             message + R"(,"own":{"delivered":"0","read":"0"},"peer":{"delivered":")" + first +
                             R"(","read":")" + first + R"("}}}])",
                         bobs.text("/data"));
    write(_ann, "bob");
    CPPUNIT_ASSERT_EQUAL(std::string("1"), list(_bob).text("/data/0/conversation/unread"));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), list(_ann).text("/data/0/conversation/unread"));
  }

  /// Users u0, u1, … each of whom has written to Ann, every second one answered.
  void fill(int count) {
    for (int i = 0; i < count; ++i) {
      FakeSocket other;
      const std::string name = "u" + std::to_string(i);
      addUser(name, other);
      write(other, "ann");
      if (i % 2 == 0) write(_ann, name);
    }
  }

  void newestFirst() {
    fill(3);
    write(_bob, "ann");
    CPPUNIT_ASSERT_EQUAL(std::string("bob,u2,u1,u0"), names(list(_ann)));
    write(_ann, "u1");
    CPPUNIT_ASSERT_EQUAL(std::string("u1,bob,u2,u0"), names(list(_ann)));
  }

  void pages() {
    fill(23);
    write(_bob, "ann");
    const Answer first = list(_ann);
    CPPUNIT_ASSERT_EQUAL(std::size_t{20}, first.at("/data").as_array().size());
    CPPUNIT_ASSERT_EQUAL(first.text("/data/19/conversation/last/id"), first.text("/meta/next"));
    const Answer second = list(_ann, R"({"rows":3,"before":")" + first.text("/meta/next") + "\"}");
    CPPUNIT_ASSERT_EQUAL(std::string("u3,u2,u1"), names(second));
    const Answer third = list(_ann, R"({"rows":3,"before":")" + second.text("/meta/next") + "\"}");
    CPPUNIT_ASSERT_EQUAL(std::string("u0"), names(third));
    CPPUNIT_ASSERT(!third.has("/meta/next"));
    CPPUNIT_ASSERT_EQUAL(std::string(), names(list(_ann, R"({"before":"0"})")));
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), names(list(_ann, R"({"rows":1,"before":"99999999999999999999999"})")));
    CPPUNIT_ASSERT(!list(_ann, R"({"rows":24})").has("/meta/next"));
  }

  void usersSeeOnlyTheirOwn() {
    fill(3);
    CPPUNIT_ASSERT_EQUAL(std::string(), names(list(_bob)));
  }

  void withOneself() {
    const std::string id = write(_ann, "ann", "note");
    write(_bob, "ann");
    const Answer answer = list(_ann);
    CPPUNIT_ASSERT_EQUAL(std::string("bob,Ann"), names(answer));
    CPPUNIT_ASSERT_EQUAL(std::string("0"), answer.text("/data/1/conversation/unread"));
    CPPUNIT_ASSERT_EQUAL(id, answer.text("/data/1/conversation/peer/read"));
  }

  void remove(const std::string& id) { execute("DELETE FROM message WHERE id = " + id); }

  void aRemovedNewestMessage() {
    const std::string first = write(_bob, "ann", "one");
    const std::string second = write(_ann, "bob", "two");
    const std::string note = write(_ann, "ann", "note");
    const std::string third = write(_bob, "ann", "three");
    remove(third);
    const Answer answer = list(_ann);
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("bob,Ann"), names(answer));
    CPPUNIT_ASSERT_EQUAL(second, answer.text("/data/0/conversation/last/id"));
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), answer.text("/data/0/conversation/last/message/sid"));
    // The page after it begins where it stood.
    const Answer one = list(_ann, R"({"rows":1})");
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), names(one));
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), names(list(_ann, R"({"before":")" + one.text("/meta/next") + "\"}")));
    const std::string fourth = write(_bob, "ann", "four");
    CPPUNIT_ASSERT_EQUAL(fourth, list(_ann).text("/data/0/conversation/last/id"));
    CPPUNIT_ASSERT(first != note);
  }

  void aConversationWithoutMessagesIsLeftOut() {
    write(_ann, "ann", "note");
    remove(write(_bob, "ann"));
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), names(list(_ann)));
    const Answer one = list(_ann, R"({"rows":1})");
    CPPUNIT_ASSERT_EQUAL(std::string(), names(one));
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), names(list(_ann, R"({"before":")" + one.text("/meta/next") + "\"}")));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"data":[],"meta":{"rows":20}})"), list(_bob).text(""));
  }

  void nothingIsAnAnswer() {
    const Answer answer = list(_ann);
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"data":[],"meta":{"rows":20}})"), answer.text(""));
  }

  void whatIsRefused() {
    for (const char* document : {"", "[]", R"({"data":{}})", R"({"data":{"type":"msg"}})"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(document, 400, _ann.send(*_handler, "conversations", document).code());
    }
    for (const char* meta : {"5", "null", R"({"rows":0})", R"({"rows":101})", R"({"rows":"20"})", R"({"before":5})",
                             R"({"before":""})", R"({"before":"x"})"}) {
      const Answer answer = list(_ann, meta);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(meta, 400, answer.code());
      CPPUNIT_ASSERT_EQUAL(std::string("meta"), answer.detail().substr(0, 4));
    }
  }

  void anonymousSocketsAreRefused() {
    FakeSocket anonymous;
    CPPUNIT_ASSERT_EQUAL(401, anonymous.send(*_handler, "conversations", "").code());
  }

  FakeSocket _ann;
  FakeSocket _bob;
  int _lids = 0;
  std::unique_ptr<MessagesWithFeed> _messages;
  std::unique_ptr<ReceiptsHandler> _receipts;
  std::unique_ptr<ConversationsHandler> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(ConversationsTest);

}  // namespace chat::test
