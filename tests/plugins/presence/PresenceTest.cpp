#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "plugins/support/ChatFixture.h"
#include "presence/PresenceHandler.h"

namespace chat::test {

using presence::PresenceHandler;
using namespace std::chrono_literals;

/// Event `presence`. A turn is one call of the server's timer, which runs once a second.
class PresenceTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(PresenceTest);
  CPPUNIT_TEST(onlineUsers);
  CPPUNIT_TEST(changesAreToldTogether);
  CPPUNIT_TEST(aReconnectIsNotSeen);
  CPPUNIT_TEST(socketsThatDoNotWatchAreSentNothing);
  CPPUNIT_TEST(theNextListReplacesTheLast);
  CPPUNIT_TEST(aSocketThatLeavesStopsWatching);
  CPPUNIT_TEST(anAnswerIsNotOvertaken);
  CPPUNIT_TEST(watchersThatDisconnectAreForgotten);
  CPPUNIT_TEST(lastSeenIsKept);
  CPPUNIT_TEST(lastSeenIsWrittenInOne);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(anonymousSocketsAreRefused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    _annId = addUser("Ann", _ann);
    _bobId = addUser("bob", _bob);
    _carlId = addUser("carl", _carl);
    start();
    emitter.setOnline(_annId, true);
  }
  void tearDown() override {
    _handler.reset();
    ChatFixture::tearDown();
  }

 private:
  void start() {
    PresenceHandler::Settings settings;
    settings.users = 3;
    _handler = std::make_unique<PresenceHandler>(database(), emitter, clock, settings);
  }
  Answer watch(FakeSocket& socket, const std::string& names) {
    clock.advance(1s);
    return socket.send(*_handler, "presence", R"({"data":{"type":"presence","users":[)" + names + "]}}");
  }
  /// Long enough that an answer can't come any more.
  void settle() {
    turn();
    CPPUNIT_ASSERT(emitter.take().empty());
  }
  void turn() {
    clock.advance(1s);
    _handler->tell();
  }
  /// The events that a socket got since: `name+` for online, `name-` for offline.
  std::string told(const std::string& to) {
    std::string all;
    for (const auto& emit : emitter.take()) {
      CPPUNIT_ASSERT_EQUAL(std::string("presence"), emit.event);
      CPPUNIT_ASSERT_EQUAL(to, emit.target.user.value);
      const boost::json::value document = boost::json::parse(emit.args);
      for (const auto& person : document.at("data").as_array()) {
        all += std::string(person.at("id").as_string());
        all += person.at_pointer("/presence/online").as_bool() ? "+" : "-";
      }
    }
    return all;
  }

  void onlineUsers() {
    emitter.setOnline(_bobId, true);
    const Answer answer = watch(_ann, R"("carl","BOB","bob","nobody","no body")");
    CPPUNIT_ASSERT_EQUAL_MESSAGE("more than may be watched", 413, answer.code());
    const Answer both = watch(_ann, R"("carl","BOB","nobody")");
    CPPUNIT_ASSERT_EQUAL(0, both.status);
    CPPUNIT_ASSERT(both.isEmitted && both.isAcknowledged);
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"data":[{"type":"presence","id":"carl","presence":{"online":false}},)"
                                     R"({"type":"presence","id":"bob","presence":{"online":true}}]})"),
                         both.text(""));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"data":[]})"), watch(_ann, "").text(""));
  }

  void changesAreToldTogether() {
    watch(_ann, R"("bob","carl")");
    settle();
    emitter.setOnline(_bobId, true);
    emitter.setOnline(_carlId, true);
    turn();
    const auto emits = emitter.take();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, emits.size());
    CPPUNIT_ASSERT(emits[0].target.kind == plugin::Target::Kind::User);
    CPPUNIT_ASSERT_EQUAL(_annId, emits[0].target.user.value);
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"data":[{"type":"presence","id":"bob","presence":{"online":true}},)"
                                     R"({"type":"presence","id":"carl","presence":{"online":true}}]})"),
                         emits[0].args);
    turn();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("no news", std::string(), told(_annId));
  }

  void aReconnectIsNotSeen() {
    emitter.setOnline(_bobId, true);
    watch(_ann, R"("bob")");
    settle();
    for (int i = 0; i < 3; ++i) {
      emitter.setOnline(_bobId, false);
      for (int second = 0; second < 4; ++second) turn();
      emitter.setOnline(_bobId, true);
      turn();
    }
    CPPUNIT_ASSERT_EQUAL(std::string(), told(_annId));
    emitter.setOnline(_bobId, false);
    turn();
    const auto left = clock.wallTime();
    for (int second = 0; second < 5; ++second) {
      CPPUNIT_ASSERT(emitter.take().empty());
      turn();
    }
    const auto emits = emitter.take();
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, emits.size());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("seen when the last socket had gone",
                                 R"({"data":[{"type":"presence","id":"bob","presence":{"online":false,"seen":")" +
                                     support::formatDate(support::toMillis(left)) + R"("}}]})",
                                 emits[0].args);
  }

  void socketsThatDoNotWatchAreSentNothing() {
    emitter.setOnline(_carlId, true);
    watch(_ann, R"("bob")");
    settle();
    emitter.setOnline(_bobId, true);
    turn();
    CPPUNIT_ASSERT_EQUAL(std::string("bob+"), told(_annId));
    emitter.setOnline(_carlId, false);
    for (int second = 0; second < 10; ++second) turn();
    CPPUNIT_ASSERT_EQUAL(std::string(), told(_annId));
  }

  void theNextListReplacesTheLast() {
    watch(_ann, R"("bob")");
    watch(_ann, R"("carl")");
    settle();
    emitter.setOnline(_bobId, true);
    emitter.setOnline(_carlId, true);
    turn();
    CPPUNIT_ASSERT_EQUAL(std::string("carl+"), told(_annId));
  }

  void aSocketThatLeavesStopsWatching() {
    FakeSocket phone("192.0.2.1", "socket-2");
    phone.setIdentity(*_ann.identity());
    watch(_ann, R"("bob")");
    watch(phone, R"("bob","carl")");
    settle();
    _handler->disconnected(phone, "transport close");
    emitter.setOnline(_bobId, true);
    emitter.setOnline(_carlId, true);
    turn();
    CPPUNIT_ASSERT_EQUAL(std::string("bob+"), told(_annId));
    _handler->disconnected(_ann, "transport close");
    emitter.setOnline(_bobId, false);
    for (int second = 0; second < 10; ++second) turn();
    CPPUNIT_ASSERT_EQUAL(std::string(), told(_annId));
  }

  void anAnswerIsNotOvertaken() {
    watch(_ann, R"("bob")");
    emitter.setOnline(_bobId, true);
    turn();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("the answer may be on its way", std::string(), told(_annId));
    turn();
    CPPUNIT_ASSERT_EQUAL(std::string("bob+"), told(_annId));
  }

  void watchersThatDisconnectAreForgotten() {
    watch(_ann, R"("bob")");
    settle();
    emitter.setOnline(_annId, false);
    for (int second = 0; second < 7; ++second) turn();
    emitter.setOnline(_bobId, true);
    turn();
    CPPUNIT_ASSERT_EQUAL(std::string(), told(_annId));
  }

  std::string seen(const std::string& name) { return watch(_ann, "\"" + name + "\"").text("/data/0/presence/seen"); }

  void lastSeenIsKept() {
    CPPUNIT_ASSERT_EQUAL(std::string("(none)"), seen("bob"));
    _bob.connect({_handler.get()}, "{}");
    CPPUNIT_ASSERT_EQUAL_MESSAGE("before it is written, too", std::string("2026-11-22T15:04:06.123Z"), seen("bob"));
    clock.advance(60s);
    _handler->disconnected(_bob, "ping timeout");
    const std::string left = support::formatDate(support::toMillis(clock.wallTime()));
    _handler->writeLastSeen();
    start();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("after a restart", left, seen("bob"));
    clock.setWall(1000ms);
    _handler->disconnected(_bob, "ping timeout");
    _handler->writeLastSeen();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("it never goes back", left, seen("bob"));
  }

  void lastSeenIsWrittenInOne() {
    for (int i = 0; i < 20; ++i) {
      for (FakeSocket* socket : {&_ann, &_bob}) _handler->disconnected(*socket, "transport close");
    }
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM last_seen"));
    _handler->writeLastSeen();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, number("SELECT COUNT(*) FROM last_seen"));
    presence::LastSeenStore many(database());
    for (std::uint64_t id = 1; id <= 1201; ++id) many.note(id, 5);
    many.write();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1201}, number("SELECT COUNT(*) FROM last_seen"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1199}, number("SELECT COUNT(*) FROM last_seen WHERE seen_at = 5"));
  }

  void whatIsRefused() {
    const Refused documents[] = {
        {"", 400, "A document"},
        {R"({"data":{"type":"msg","users":[]}})", 400, "data.type "},
        {R"({"data":{"type":"presence"}})", 400, "data.users "},
        {R"({"data":{"type":"presence","users":"bob"}})", 400, "data.users "},
        {R"({"data":{"type":"presence","users":["bob",5]}})", 400, "data.users[1] "},
        {R"({"data":{"type":"presence","users":["a","b","c","d"]}})", 413, "data.users "},
    };
    expectRefusals(_ann, *_handler, "presence", documents);
    const std::string document = R"({"data":{"type":"presence","users":["bob"]}})";
    for (int i = 0; i < 20; ++i) CPPUNIT_ASSERT_EQUAL(0, _ann.send(*_handler, "presence", document).status);
    CPPUNIT_ASSERT_EQUAL(429, _ann.send(*_handler, "presence", document).code());
  }

  void anonymousSocketsAreRefused() {
    FakeSocket anonymous;
    CPPUNIT_ASSERT_EQUAL(401, anonymous.send(*_handler, "presence", "").code());
  }

  FakeSocket _ann;
  FakeSocket _bob;
  FakeSocket _carl;
  std::string _annId;
  std::string _bobId;
  std::string _carlId;
  std::unique_ptr<PresenceHandler> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(PresenceTest);

}  // namespace chat::test
