#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <sqlite3.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <thread>

#include "plugins/support/ChatFixture.h"
#include "plugins/support/MessagesWithFeed.h"
#include "receipts/ReceiptsHandler.h"

namespace chat::test {

using messages::MessagesHandler;
using receipts::ReceiptsHandler;
using namespace std::chrono_literals;

/// Event `receipts`.
class ReceiptsTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(ReceiptsTest);
  CPPUNIT_TEST(readingIsSentToBoth);
  CPPUNIT_TEST(watermarksNeverGoBack);
  CPPUNIT_TEST(nothingGoesBeyondTheNewest);
  CPPUNIT_TEST(unreadCountsTheOthersMessages);
  CPPUNIT_TEST(aReceiptThatMovesNothingIsSentToNoOther);
  CPPUNIT_TEST(eitherOfTheTwoMayAskForBoth);
  CPPUNIT_TEST(toOneself);
  CPPUNIT_TEST(withoutAConversation);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(anonymousSocketsAreRefused);
  CPPUNIT_TEST(theRateIsLimited);
  CPPUNIT_TEST(reportsAtOneTimeCountRight);
  CPPUNIT_TEST(theCountIsExactAtAnyPosition);
  CPPUNIT_TEST(aReceiptReachesOnlySoFar);
  CPPUNIT_TEST(readingReadsOnlyTheConversationsMessages);
  CPPUNIT_TEST(readingUpToTheNewestReadsNoMessages);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    _annId = addUser("Ann", _ann);
    _bobId = addUser("bob", _bob);
    addUser("carl", _carl);
    MessagesHandler::Settings settings;
    settings.rate = {100'000, 100'000};
    _messages = std::make_unique<MessagesWithFeed>(database(), emitter, clock, settings);
    _handler = std::make_unique<ReceiptsHandler>(database(), emitter, clock, support::RateLimiter::Rate{60, 20});
  }
  void tearDown() override {
    _handler.reset();
    _messages.reset();
    ChatFixture::tearDown();
  }

 private:
  std::string write(FakeSocket& socket, const std::string& to) {
    const Answer answer = socket.send(
        *_messages, "messages", R"({"data":{"type":"msg","message":{"rid":")" + to + R"(","message_data":"x"}}})");
    return answer.text("/data/id");
  }
  /// `members` of `data.receipt`.
  Answer ask(FakeSocket& socket, const std::string& members) {
    clock.advance(1s);
    return socket.send(*_handler, "receipts", R"({"data":{"type":"receipt","receipt":{)" + members + "}}}");
  }
  Answer read(FakeSocket& socket, const std::string& of, const std::string& id) {
    return ask(socket, R"("rid":")" + of + R"(","read":")" + id + "\"");
  }
  static std::string watermarks(const Answer& answer) {
    return answer.text("/data/receipt/delivered") + " " + answer.text("/data/receipt/read") + " " +
           answer.text("/data/receipt/unread");
  }

  void readingIsSentToBoth() {
    write(_bob, "ann");
    const std::string id = write(_bob, "ann");
    emitter.take();
    const Answer answer = read(_ann, "BOB", id);
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT_MESSAGE("told with all of the asker's sockets", !answer.isEmitted && answer.isAcknowledged);
    const std::string own = R"({"data":{"type":"receipt","receipt":{"sid":"Ann","rid":"bob","delivered":")" + id +
                            R"(","read":")" + id + R"(","unread":0}}})";
    CPPUNIT_ASSERT(boost::json::parse(own) == answer.document);
    const auto emits = emitter.take();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, emits.size());
    for (const auto& emit : emits) {
      CPPUNIT_ASSERT(emit.target.kind == plugin::Target::Kind::User);
      CPPUNIT_ASSERT_EQUAL(std::string("receipts"), emit.event);
      CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, emit.options.position);
    }
    CPPUNIT_ASSERT_EQUAL(_annId, emits[0].target.user.value);
    CPPUNIT_ASSERT_EQUAL(own, emits[0].args);
    CPPUNIT_ASSERT_EQUAL(_bobId, emits[1].target.user.value);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("without the unread count", own.substr(0, own.find(",\"unread\"")) + "}}}",
                                 emits[1].args);
  }

  void watermarksNeverGoBack() {
    const std::string first = write(_bob, "ann");
    const std::string second = write(_bob, "ann");
    CPPUNIT_ASSERT_EQUAL(second + " 0 2", watermarks(ask(_ann, R"("rid":"bob","delivered":")" + second + "\"")));
    CPPUNIT_ASSERT_EQUAL(second + " " + first + " 1", watermarks(read(_ann, "bob", first)));
    CPPUNIT_ASSERT_EQUAL(second + " " + second + " 0", watermarks(read(_ann, "bob", second)));
    for (const std::string& members : {R"("read":"0","delivered":"0")" + std::string(), R"("read":")" + first + "\""}) {
      CPPUNIT_ASSERT_EQUAL(second + " " + second + " 0", watermarks(ask(_ann, R"("rid":"bob",)" + members)));
    }
  }

  void nothingGoesBeyondTheNewest() {
    write(_bob, "ann");
    const std::string newest = write(_ann, "bob");
    write(_bob, "carl");
    CPPUNIT_ASSERT_EQUAL(newest + " " + newest + " 0", watermarks(read(_ann, "bob", "99999999999999999999999")));
    const std::string next = write(_bob, "ann");
    CPPUNIT_ASSERT_EQUAL_MESSAGE("so what comes later is unread", newest + " " + newest + " 1",
                                 watermarks(ask(_ann, R"("rid":"bob")")));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("read is delivered", next + " " + next + " 0", watermarks(read(_ann, "bob", next)));
  }

  void unreadCountsTheOthersMessages() {
    std::vector<std::string> ofBob;
    for (int i = 0; i < 5; ++i) {
      ofBob.push_back(write(_bob, "ann"));
      write(_ann, "bob");
      write(_carl, "ann");
    }
    CPPUNIT_ASSERT_EQUAL(std::string("0 0 5"), watermarks(ask(_ann, R"("rid":"bob")")));
    for (int i = 0; i < 5; ++i) {
      CPPUNIT_ASSERT_EQUAL(std::to_string(4 - i), read(_ann, "bob", ofBob[i]).text("/data/receipt/unread"));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("5"), ask(_ann, R"("rid":"carl")").text("/data/receipt/unread"));
    CPPUNIT_ASSERT_EQUAL(std::string("5"), ask(_bob, R"("rid":"ann")").text("/data/receipt/unread"));
  }

  void aReceiptThatMovesNothingIsSentToNoOther() {
    const std::string id = write(_bob, "ann");
    read(_ann, "bob", id);
    emitter.take();
    const Answer again = read(_ann, "bob", id);
    CPPUNIT_ASSERT(again.isEmitted && again.isAcknowledged);
    CPPUNIT_ASSERT_EQUAL(id + " " + id + " 0", watermarks(again));
    CPPUNIT_ASSERT(emitter.take().empty());
  }

  void eitherOfTheTwoMayAskForBoth() {
    const std::string id = write(_bob, "ann");
    read(_ann, "bob", id);
    emitter.take();
    const Answer anns = ask(_bob, R"("sid":"ANN","rid":"bob")");
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"sid":"Ann","rid":"bob","delivered":")" + id + R"(","read":")" + id + "\"}"),
                         anns.text("/data/receipt"));
    CPPUNIT_ASSERT_EQUAL(std::string("0 0 0"), watermarks(ask(_bob, R"("sid":"bob","rid":"ann")")));
    CPPUNIT_ASSERT(emitter.take().empty());
  }

  void toOneself() {
    const std::string id = write(_ann, "ann");
    emitter.take();
    CPPUNIT_ASSERT_EQUAL(id + " " + id + " 0", watermarks(read(_ann, "ann", id)));
    CPPUNIT_ASSERT(emitter.take().empty());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM receipt"));
  }

  void withoutAConversation() {
    CPPUNIT_ASSERT_EQUAL(std::string("0 0 0"), watermarks(read(_ann, "bob", "17")));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM receipt"));
  }

  void whatIsRefused() {
    const Refused documents[] = {
        {"", 400, "A document"},
        {R"({"data":{"type":"msg","receipt":{"rid":"bob"}}})", 400, "data.type "},
        {R"({"data":{"type":"receipt"}})", 400, "data.receipt "},
        {R"({"data":{"type":"receipt","receipt":{}}})", 400, "data.receipt.rid "},
        {R"({"data":{"type":"receipt","receipt":{"rid":""}}})", 400, "data.receipt.rid "},
        {R"({"data":{"type":"receipt","receipt":{"rid":"bob","read":5}}})", 400, "data.receipt.read "},
        {R"({"data":{"type":"receipt","receipt":{"rid":"bob","delivered":"-1"}}})", 400, "data.receipt.delivered "},
        {R"({"data":{"type":"receipt","receipt":{"rid":"bob","read":null}}})", 400, "data.receipt.read "},
        {R"({"data":{"type":"receipt","receipt":{"rid":"ann","sid":"bob","read":"1"}}})", 403, "data.receipt.sid "},
        {R"({"data":{"type":"receipt","receipt":{"rid":"carl","sid":"bob"}}})", 403, "These are"},
        {R"({"data":{"type":"receipt","receipt":{"rid":"nobody"}}})", 404, "There is no"},
        {R"({"data":{"type":"receipt","receipt":{"rid":"ann","sid":"no body"}}})", 404, "There is no"},
    };
    expectRefusals(_ann, *_handler, "receipts", documents);
  }

  void anonymousSocketsAreRefused() {
    FakeSocket anonymous;
    CPPUNIT_ASSERT_EQUAL(401, anonymous.send(*_handler, "receipts", "").code());
  }

  void theRateIsLimited() {
    const std::string document = R"({"data":{"type":"receipt","receipt":{"rid":"bob"}}})";
    for (int i = 0; i < 60; ++i) CPPUNIT_ASSERT_EQUAL(0, _ann.send(*_handler, "receipts", document).status);
    const Answer refused = _ann.send(*_handler, "receipts", document);
    CPPUNIT_ASSERT_EQUAL(429, refused.code());
    CPPUNIT_ASSERT(refused.retryAfter.has_value());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("others aren't held up", 0, _bob.send(*_handler, "receipts", document).status);
  }

  void reportsAtOneTimeCountRight() {
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) {
      ids.push_back(write(_bob, "ann"));
      if (i % 3 == 0) write(_ann, "bob");
    }
    emitter.take();
    const plugin::Identity identity = *_ann.identity();
    std::vector<std::thread> devices;
    for (int device = 0; device < 4; ++device) {
      devices.emplace_back([&, device] {
        FakeSocket socket;
        socket.setIdentity(identity);
        for (int i = device; i < 39; i += 4) read(socket, "bob", ids[static_cast<std::size_t>(i)]);
      });
    }
    for (std::thread& device : devices) device.join();
    CPPUNIT_ASSERT_EQUAL(ids[38] + " " + ids[38] + " 1", watermarks(ask(_ann, R"("rid":"bob")")));
    std::uint64_t last = 0;
    for (const auto& emit : emitter.take()) {
      if (emit.target.user.value != _bobId) continue;
      const auto at = std::stoull(boost::json::parse(emit.args).at_pointer("/data/receipt/read").as_string().c_str());
      CPPUNIT_ASSERT_MESSAGE("what others are told never goes back", at >= last);
      last = at;
    }
  }

  /// Many messages of both, each fourth by ann, as if they had written them.
  void fill(int count) {
    write(_bob, "ann");
    std::string numbers;
    std::string from;
    for (int digit = 0, factor = 1; digit < 5; ++digit, factor *= 10) {
      const std::string name = "d" + std::to_string(digit);
      numbers += (digit == 0 ? "" : " + ") + std::to_string(factor) + " * " + name + ".i";
      from += (digit == 0 ? "digit " : " CROSS JOIN digit ") + name;
    }
    std::string digits = "SELECT 0 AS i";
    for (int i = 1; i < 10; ++i) digits += " UNION ALL SELECT " + std::to_string(i);
    execute("INSERT INTO message (conversation_id, sender_id, created_at, body) WITH digit AS (" + digits +
            "), n AS (SELECT " + numbers + " AS i FROM " + from + ") SELECT c.id, CASE WHEN n.i % 4 = 0 THEN " +
            _annId + " ELSE " + _bobId + " END, 0, 'x' FROM n CROSS JOIN conversation c WHERE n.i < " +
            std::to_string(count) + " ORDER BY n.i");
    execute(
        "UPDATE conversation SET message_count = (SELECT COUNT(*) FROM message), last_message_id ="
        " (SELECT MAX(id) FROM message)");
    execute(
        "UPDATE member SET sent_count ="
        " (SELECT COUNT(*) FROM message WHERE sender_id = account_id)");
  }

  void theCountIsExactAtAnyPosition() {
    fill(9000);
    const std::int64_t newest = number("SELECT MAX(id) FROM message");
    for (const std::int64_t id : {std::int64_t{1}, std::int64_t{2}, std::int64_t{3}, newest / 9, newest / 2,
                                  newest - 2000, newest - 1, newest}) {
      for (const bool isFresh : {true, false}) {  // from the beginning, and from the last position
        if (isFresh) execute("DELETE FROM receipt");
        const std::int64_t unread = number("SELECT COUNT(*) FROM message WHERE sender_id = " + _bobId + " AND id > " +
                                           std::to_string(id + (isFresh ? -1 : 0)));
        CPPUNIT_ASSERT_EQUAL(std::to_string(unread),
                             read(_ann, "bob", std::to_string(id + (isFresh ? -1 : 0))).text("/data/receipt/unread"));
      }
    }
  }

  void aReceiptReachesOnlySoFar() {
    fill(9000);
    _handler = std::make_unique<ReceiptsHandler>(database(), emitter, clock, support::RateLimiter::Rate{60, 20}, 1500);
    const auto nth = [&](int n) {
      return std::to_string(number("SELECT id FROM message ORDER BY id LIMIT 1 OFFSET " + std::to_string(n - 1)));
    };
    const auto unreadAfter = [&](const std::string& id) {
      return std::to_string(number("SELECT COUNT(*) FROM message WHERE sender_id = " + _bobId + " AND id > " + id));
    };
    const std::string middle = nth(4500);
    for (const int reached : {1500, 3000, 4500}) {
      CPPUNIT_ASSERT_EQUAL(middle + " " + nth(reached) + " " + unreadAfter(nth(reached)),
                           watermarks(read(_ann, "bob", middle)));
    }
    const std::string nearNewest = nth(8000);
    CPPUNIT_ASSERT_EQUAL(nearNewest + " " + nearNewest + " " + unreadAfter(nearNewest),
                         watermarks(read(_ann, "bob", nearNewest)));
  }

  /// The thousands of steps that SQLite does for ann to read up to that message. One thread has one session.
  int thousandsToRead(const std::string& id, const std::string& unread) {
    int thousands = 0;
    const auto count = [](void* counted) { return ++*static_cast<int*>(counted), 0; };
    database().read([&](Poco::Data::Session& session) {
      sqlite3_progress_handler(Poco::Data::SQLite::Utility::dbHandle(session), 1000, count, &thousands);
    });
    CPPUNIT_ASSERT_EQUAL(unread, read(_ann, "bob", id).text("/data/receipt/unread"));
    database().read([&](Poco::Data::Session& session) {
      sqlite3_progress_handler(Poco::Data::SQLite::Utility::dbHandle(session), 0, nullptr, nullptr);
    });
    return thousands;
  }

  // The cost of a conversation depends only on its own messages, even if a user writes to many.
  void readingReadsOnlyTheConversationsMessages() {
    if (isMySql()) return;  // can't count the rows that a statement reads
    write(_bob, "carl");
    const std::string first = write(_bob, "ann");
    execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
        " INSERT INTO message (conversation_id, sender_id, created_at, body) SELECT 1, 2, 0, 'x' FROM n");
    execute("UPDATE message_order SET last_id = (SELECT MAX(id) FROM message)");
    write(_bob, "ann");
    const std::string third = write(_bob, "ann");
    write(_bob, "ann");
    CPPUNIT_ASSERT(thousandsToRead(third, "1") < 20);
    CPPUNIT_ASSERT(first != third);
  }

  void readingUpToTheNewestReadsNoMessages() {
    if (isMySql()) return;
    fill(20'000);
    const std::int64_t newest = number("SELECT MAX(id) FROM message");
    CPPUNIT_ASSERT_MESSAGE("near the newest", thousandsToRead(std::to_string(newest - 100), "75") < 60);
    CPPUNIT_ASSERT_MESSAGE("the newest", thousandsToRead(std::to_string(newest), "0") < 5);
  }

  FakeSocket _ann;
  FakeSocket _bob;
  FakeSocket _carl;
  std::string _annId;
  std::string _bobId;
  std::unique_ptr<MessagesWithFeed> _messages;
  std::unique_ptr<ReceiptsHandler> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(ReceiptsTest);

}  // namespace chat::test
