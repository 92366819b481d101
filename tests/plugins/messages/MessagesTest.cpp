#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <thread>

#include "plugins/support/ChatFixture.h"
#include "plugins/support/MessagesWithFeed.h"

namespace chat::test {

using messages::MessagesHandler;
using plugin::Target;
using namespace std::chrono_literals;

namespace {

/// A message to `rid` with these further members of `data.message`.
std::string toUser(const std::string& rid, const std::string& members = R"("message_data":"hello")") {
  return R"({"data":{"type":"msg","message":{"rid":")" + rid + "\"," + members + "}}}";
}

std::string withLid(const std::string& lid, const std::string& text = "hello", const std::string& rid = "bob") {
  return boost::json::serialize(boost::json::value{
      {"data", {{"type", "msg"}, {"lid", lid}, {"message", {{"rid", rid}, {"message_data", text}}}}}});
}

}  // namespace

/// Event `messages`, as in docs/protocol.md.
class MessagesTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(MessagesTest);
  CPPUNIT_TEST(aMessageIsStoredAndEmitted);
  CPPUNIT_TEST(whatAnotherServerStoresComesInItsPlace);
  CPPUNIT_TEST(anIdleServerLooks);
  CPPUNIT_TEST(nobodyIsSentWhatWasImported);
  CPPUNIT_TEST(theTextIsKeptByteForByte);
  CPPUNIT_TEST(attributesAreKeptAsSent);
  CPPUNIT_TEST(namesInAnyCase);
  CPPUNIT_TEST(toOneself);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(anonymousSocketsAreRefused);
  CPPUNIT_TEST(refusedMessagesReachNobody);
  CPPUNIT_TEST(theTextIsLimited);
  CPPUNIT_TEST(theRateIsLimited);
  CPPUNIT_TEST(idsAndDatesGrow);
  CPPUNIT_TEST(aRepeatStoresNothing);
  CPPUNIT_TEST(repeatsAtOneTimeStoreOne);
  CPPUNIT_TEST(lidsAreComparedExactly);
  CPPUNIT_TEST(lidsAreTheSendersOwn);
  CPPUNIT_TEST(manySendersAtOnce);
  CPPUNIT_TEST(conversationsAreCounted);
  CPPUNIT_TEST(membersKnowWhatTheySent);
  CPPUNIT_TEST(aRepeatMakesNoConversation);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    _annId = addUser("Ann", _ann);
    _bobId = addUser("bob", _bob);
    _handler = std::make_unique<MessagesWithFeed>(database(), emitter, clock);
  }
  void tearDown() override {
    _handler.reset();
    ChatFixture::tearDown();
  }

 private:
  /// Sends, and moves the clock so that the rate limit isn't reached.
  Answer send(FakeSocket& socket, const std::string& document) {
    clock.advance(1s);
    return socket.send(*_handler, "messages", document);
  }
  std::int64_t stored() { return number("SELECT COUNT(*) FROM message"); }

  void aMessageIsStoredAndEmitted() {
    const Answer answer = send(_ann, withLid("l-1"));
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT(answer.isAcknowledged);
    CPPUNIT_ASSERT_MESSAGE("the emit to all of the sender's sockets is the asking one's too", !answer.isEmitted);
    CPPUNIT_ASSERT_EQUAL(std::string("msg"), answer.text("/data/type"));
    CPPUNIT_ASSERT_EQUAL(std::string("l-1"), answer.text("/data/lid"));
    CPPUNIT_ASSERT(answer.at("/data/id").is_string());
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"message_data":"hello","date":"2026-11-22T15:04:06.123Z","sid":"Ann",)"
                                     R"("rid":"bob","attributes":{}})"),
                         answer.text("/data/message"));

    const auto emits = emitter.take();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, emits.size());
    for (const auto& emit : emits) {
      CPPUNIT_ASSERT(emit.target.kind == Target::Kind::User);
      CPPUNIT_ASSERT_EQUAL(std::string("messages"), emit.event);
      CPPUNIT_ASSERT_EQUAL(answer.text("/data/id"), std::to_string(emit.options.position));
      CPPUNIT_ASSERT(!emit.options.isVolatile);
      const bool isSenders = emit.target.user.value == _annId;
      CPPUNIT_ASSERT(isSenders || emit.target.user.value == _bobId);
      boost::json::value expected = answer.document;
      if (!isSenders) expected.at("data").as_object().erase("lid");
      CPPUNIT_ASSERT(expected == boost::json::parse(emit.args));
    }
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, stored());
  }

  // In the eyes of the user that it goes to, whoever wrote that one, and on whichever server.
  // Another server stores messages meanwhile: they come before those that follow them, here and there.
  void whatAnotherServerStoresComesInItsPlace() {
    const auto other = another();
    FakeEmitter there;
    MessagesWithFeed elsewhere(*other, there, clock);
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
      ids.push_back(send(_ann, toUser("bob")).text("/data/id"));
      clock.advance(1s);
      ids.push_back(_bob.send(elsewhere, "messages", toUser("ann")).text("/data/id"));
    }
    ids.push_back(send(_ann, toUser("bob")).text("/data/id"));
    // To both users each, in the order of all.
    const auto emits = emitter.take();
    CPPUNIT_ASSERT_EQUAL(2 * ids.size(), emits.size());
    for (std::size_t i = 0; i < emits.size(); ++i) {
      CPPUNIT_ASSERT_EQUAL(ids[i / 2], std::to_string(emits[i].options.position));
    }
    CPPUNIT_ASSERT_EQUAL(2 * (ids.size() - 1), there.take().size());
  }
  void anIdleServerLooks() {
    const auto other = another();
    FakeEmitter there;
    MessagesWithFeed elsewhere(*other, there, clock);
    const std::string first = send(_ann, toUser("bob")).text("/data/id");
    elsewhere.feed().run();
    elsewhere.feed().run();
    const auto emits = there.take();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, emits.size());
    CPPUNIT_ASSERT_EQUAL(first, std::to_string(emits[0].options.position));
  }

  void nobodyIsSentWhatWasImported() {
    const std::string first = send(_ann, toUser("bob")).text("/data/id");
    emitter.take();
    execute("INSERT INTO message (id, conversation_id, sender_id, created_at, body) SELECT last_id + 1, 1, " + _annId +
            ", 1, 'of long ago' FROM message_order");
    execute("UPDATE message_order SET last_id = last_id + 1");
    const std::string third = send(_bob, toUser("ann")).text("/data/id");
    CPPUNIT_ASSERT_EQUAL(std::stoll(first) + 2, std::stoll(third));
    for (const auto& emit : emitter.take()) CPPUNIT_ASSERT_EQUAL(third, std::to_string(emit.options.position));
  }

  void theTextIsKeptByteForByte() {
    std::string emoji;
    for (int i = 0; i < 4096; ++i) emoji += "\xf0\x9f\x98\x80";
    const std::string texts[] = {" ",
                                 "  two  ",
                                 std::string("a\0b", 3),
                                 "\"\\/\n\t",
                                 "日本語 Ärger",
                                 emoji,
                                 "<script>alert(1)</script>",
                                 "'; DROP TABLE message; --",
                                 "%_?"};
    int count = 0;
    for (const std::string& text : texts) {
      const std::string lid = "l" + std::to_string(count++);
      CPPUNIT_ASSERT(text == send(_ann, withLid(lid, text)).text("/data/message/message_data"));
      const Answer again = send(_ann, withLid(lid));  // from the table
      CPPUNIT_ASSERT(text == again.text("/data/message/message_data"));
      CPPUNIT_ASSERT_EQUAL(lid, again.text("/data/lid"));
    }
  }

  void attributesAreKeptAsSent() {
    const std::string kept =
        R"({"image":{"url":"http://x/y.png","width":1e2},"n":[123456789012345678901234567890,-0,1.50]})";
    const std::string document =
        R"({"data":{"type":"msg","lid":"l","message":{"rid":"bob","attributes": )" + kept + " }}}";
    const Answer answer = send(_ann, document);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("a missing text", std::string(), answer.text("/data/message/message_data"));
    CPPUNIT_ASSERT(emitter.take().front().args.find(R"("attributes":)" + kept) != std::string::npos);
    CPPUNIT_ASSERT(answer.document == send(_ann, document).document);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM message WHERE attributes = '" + kept + "'"));
  }

  void namesInAnyCase() {
    const Answer answer = send(_ann, toUser("BoB", R"("sid":"aNN","message_data":"x")"));
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), answer.text("/data/message/sid"));
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), answer.text("/data/message/rid"));
  }

  void toOneself() {
    const Answer answer = send(_ann, withLid("own", "note", "ann"));
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    const auto emits = emitter.take();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("once to each", std::size_t{1}, emits.size());
    CPPUNIT_ASSERT(boost::json::parse(emits.front().args) == answer.document);
  }

  void whatIsRefused() {
    const Refused documents[] = {
        {"", 400, "A document"},
        {"nonsense", 400, "The document"},
        {R"({"data":{"message":{"rid":"bob","message_data":"x"}}})", 400, "data.type "},
        {R"({"data":{"type":"login","message":{"rid":"bob","message_data":"x"}}})", 400, "data.type "},
        {R"({"data":{"type":"msg"}})", 400, "data.message "},
        {R"({"data":{"type":"msg","message":[]}})", 400, "data.message "},
        {R"({"data":{"type":"msg","message":{"message_data":"x"}}})", 400, "data.message.rid "},
        {R"({"data":{"type":"msg","message":{"rid":5,"message_data":"x"}}})", 400, "data.message.rid "},
        {toUser(""), 400, "data.message.rid "},
        {toUser("bob", R"("message_data":5)"), 400, "data.message.message_data "},
        {toUser("bob", R"("message_data":null)"), 400, "data.message.message_data "},
        {toUser("bob", R"("message_data":"\ud83d")"), 400, "The document"},
        {toUser("bob", R"("message_data":"")"), 400, "data.message "},
        {toUser("bob", R"("message_data":"","attributes":{})"), 400, "data.message "},
        {toUser("bob", R"("attributes":[])"), 400, "data.message.attributes "},
        {toUser("bob", R"("attributes":{"image":{"url":"javascript:x"}})"), 400, "data.message.attributes.image.url "},
        {toUser("bob", R"("message_data":"x","sid":7)"), 400, "data.message.sid "},
        {R"({"data":{"type":"msg","lid":7,"message":{"rid":"bob","message_data":"x"}}})", 400, "data.lid "},
        {withLid(""), 400, "data.lid "},
        {withLid(std::string(65, 'x')), 400, "data.lid "},
        {toUser("bob", R"("message_data":"x","sid":"bob")"), 403, "data.message.sid "},
        {toUser("bob", R"("message_data":"x","sid":"")"), 403, "data.message.sid "},
        {toUser("nobody"), 404, "There is no such user"},
        {toUser("no body"), 404, "There is no such user"},
        {toUser(std::string(100'000, 'x')), 404, "There is no such user"},
        {toUser("bob", R"("message_data":")" + std::string(4097, 'x') + "\""), 413, "data.message.message_data "},
        {toUser("bob", R"("attributes":{"a":")" + std::string(16'400, 'x') + "\"}"), 413, "data.message.attributes "},
    };
    expectRefusals(_ann, *_handler, "messages", documents);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, stored());
    CPPUNIT_ASSERT(emitter.take().empty());
  }

  void anonymousSocketsAreRefused() {
    FakeSocket anonymous;
    const Answer answer = send(anonymous, toUser("bob"));
    CPPUNIT_ASSERT_EQUAL(401, answer.code());
    CPPUNIT_ASSERT_EQUAL(2, answer.status);
  }

  void refusedMessagesReachNobody() {
    FakeSocket gone;
    const std::string id = addUser("gone", gone);
    execute("DELETE FROM account WHERE id = " + id);
    CPPUNIT_ASSERT_EQUAL(401, send(gone, toUser("bob")).code());
    CPPUNIT_ASSERT_EQUAL(404, send(_ann, toUser("gone")).code());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, stored());
    CPPUNIT_ASSERT(emitter.take().empty());
  }

  void theTextIsLimited() {
    MessagesHandler::Settings settings;
    settings.textCharacters = 3;
    _handler = std::make_unique<MessagesWithFeed>(database(), emitter, clock, settings);
    CPPUNIT_ASSERT_EQUAL(0, send(_ann, toUser("bob", R"("message_data":"日本語")")).status);
    CPPUNIT_ASSERT_EQUAL(413, send(_ann, toUser("bob", R"("message_data":"abcd")")).code());
  }

  void theRateIsLimited() {
    const auto sendNow = [&](FakeSocket& socket) { return socket.send(*_handler, "messages", toUser("bob")); };
    for (int i = 0; i < 30; ++i) CPPUNIT_ASSERT_EQUAL(0, sendNow(_ann).status);
    const Answer refused = sendNow(_ann);
    CPPUNIT_ASSERT_EQUAL(429, refused.code());
    CPPUNIT_ASSERT_EQUAL(1U, refused.retryAfter.value());
    CPPUNIT_ASSERT_EQUAL(0, sendNow(_bob).status);
    clock.advance(1s);
    for (int i = 0; i < 10; ++i) CPPUNIT_ASSERT_EQUAL(0, sendNow(_ann).status);
    CPPUNIT_ASSERT_EQUAL(429, sendNow(_ann).code());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{41}, stored());
  }

  void idsAndDatesGrow() {
    FakeSocket carl;
    addUser("carl", carl);
    const Answer first = send(_ann, toUser("bob"));
    clock.setWall(0s);  // the clock is set back
    const Answer second = send(carl, toUser("carl"));
    // Another server, which has not seen the dates of the first.
    MessagesWithFeed other(database(), emitter, clock, {});
    const Answer third = _bob.send(other, "messages", toUser("carl"));
    CPPUNIT_ASSERT(std::stoll(first.text("/data/id")) < std::stoll(second.text("/data/id")));
    CPPUNIT_ASSERT(std::stoll(second.text("/data/id")) < std::stoll(third.text("/data/id")));
    // They neither go back nor stand still.
    CPPUNIT_ASSERT(first.text("/data/message/date") < third.text("/data/message/date"));
    const Answer fourth = send(_bob, toUser("ann"));
    CPPUNIT_ASSERT(third.text("/data/message/date") < fourth.text("/data/message/date"));
  }

  void aRepeatStoresNothing() {
    const Answer first = send(_ann, withLid("l-1", "the first"));
    emitter.take();
    for (const std::string& repeat :
         {withLid("l-1", "the first"), withLid("l-1", "another text"), withLid("l-1", "to another", "ann")}) {
      const Answer again = send(_ann, repeat);
      CPPUNIT_ASSERT_EQUAL(0, again.status);
      CPPUNIT_ASSERT_MESSAGE("to the asking socket alone", again.isEmitted && emitter.take().empty());
      CPPUNIT_ASSERT(first.document == again.document);
    }
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, stored());
  }

  void repeatsAtOneTimeStoreOne() {
    constexpr int Count = 8;
    std::vector<Answer> answers(Count);
    std::vector<std::thread> threads;
    for (int i = 0; i < Count; ++i) {
      threads.emplace_back([&, i] {
        FakeSocket socket = _ann;
        answers[static_cast<std::size_t>(i)] = socket.send(*_handler, "messages", withLid("same"));
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const Answer& answer : answers) {
      CPPUNIT_ASSERT_EQUAL(0, answer.status);
      CPPUNIT_ASSERT(answers.front().document == answer.document);
    }
    CPPUNIT_ASSERT_EQUAL(Count - 1L, std::count_if(answers.begin(), answers.end(),
                                                   [](const Answer& answer) { return answer.isEmitted; }));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, stored());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, emitter.take().size());
  }

  void lidsAreComparedExactly() {
    const std::string lids[] = {"a",
                                "A",
                                "a ",
                                " a",
                                "\xc3\xa4",
                                "\xf0\x9f\x98\x80",
                                "\xf0\x9f\x98\x81",
                                std::string("a\0", 2),
                                std::string("a\0b", 3),
                                std::string(64, 'a')};
    for (const std::string& lid : lids) {
      CPPUNIT_ASSERT_EQUAL(lid, send(_ann, withLid(lid)).text("/data/lid"));
      CPPUNIT_ASSERT_EQUAL(lid, send(_ann, withLid(lid)).text("/data/lid"));
    }
    CPPUNIT_ASSERT_EQUAL(static_cast<std::int64_t>(std::size(lids)), stored());
  }

  void lidsAreTheSendersOwn() {
    send(_ann, withLid("l"));
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), send(_bob, withLid("l", "x", "ann")).text("/data/message/sid"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, stored());
  }

  void manySendersAtOnce() {
    constexpr int Senders = 4;
    constexpr int Each = 25;
    std::vector<std::thread> threads;
    std::atomic<int> failures = 0;
    for (int i = 0; i < Senders; ++i) {
      threads.emplace_back([&, i] {
        FakeSocket socket;
        socket.setIdentity(*(i % 2 == 0 ? _ann : _bob).identity());
        for (int n = 0; n < Each; ++n) {
          const Answer answer = socket.send(*_handler, "messages", toUser(i % 2 == 0 ? "bob" : "ann"));
          if (answer.status != 0 && answer.code() != 429) ++failures;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    CPPUNIT_ASSERT_EQUAL(0, failures.load());
    std::uint64_t last = 0;
    std::int64_t told = 0;
    for (const auto& emit : emitter.take()) {
      CPPUNIT_ASSERT_MESSAGE("told in the order of the ids", emit.options.position >= last);
      told += emit.options.position > last;
      last = emit.options.position;
    }
    CPPUNIT_ASSERT_EQUAL(told, stored());
  }

  void conversationsAreCounted() {
    send(_ann, toUser("bob"));
    send(_bob, toUser("ann"));
    const Answer last = send(_ann, toUser("bob"));
    send(_ann, toUser("ann"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, number("SELECT COUNT(*) FROM conversation"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, number("SELECT message_count FROM conversation WHERE lo_id <> hi_id"));
    CPPUNIT_ASSERT_EQUAL(last.text("/data/id"),
                         std::to_string(number("SELECT last_message_id FROM conversation WHERE lo_id <> hi_id")));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("made with its first message", number("SELECT MIN(message.created_at) FROM message"),
                                 number("SELECT created_at FROM conversation WHERE lo_id <> hi_id"));
  }

  void membersKnowWhatTheySent() {
    send(_ann, toUser("bob"));
    send(_bob, toUser("ann"));
    send(_ann, toUser("bob"));
    send(_ann, toUser("ann"));
    const auto member = [&](const std::string& column, const std::string& account, const std::string& pair) {
      return number("SELECT " + column + " FROM member JOIN conversation ON conversation.id = conversation_id WHERE " +
                    pair + " AND account_id = " + account);
    };
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, member("sent_count", _annId, "lo_id <> hi_id"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, member("sent_count", _bobId, "lo_id <> hi_id"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, member("sent_count", _annId, "lo_id = hi_id"));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("one member with oneself", std::int64_t{3}, number("SELECT COUNT(*) FROM member"));
  }

  void aRepeatMakesNoConversation() {
    send(_ann, withLid("l"));
    send(_ann, withLid("l", "to myself", "ann"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM conversation"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, number("SELECT COUNT(*) FROM member"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT message_count FROM conversation"));
  }

  FakeSocket _ann;
  FakeSocket _bob;
  std::string _annId;
  std::string _bobId;
  std::unique_ptr<MessagesWithFeed> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(MessagesTest);

}  // namespace chat::test
