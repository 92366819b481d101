#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "core/engineio/Clients.h"

namespace chat::engineio {

using test::joined;
using test::PollingClient;
using test::Rig;

class PollingTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PollingTest);
  CPPUNIT_TEST(packetsOfOneTurnComeInOneAnswer);
  CPPUNIT_TEST(theSecondOfTwoPollsEndsTheSession);
  CPPUNIT_TEST(aPostWhileAPollWaits);
  CPPUNIT_TEST(theSecondOfTwoPostsEndsTheSession);
  CPPUNIT_TEST(aRequestThatIsBrokenOffEndsTheSession);
  CPPUNIT_TEST(otherMethodsTakeNothing);
  CPPUNIT_TEST(anInvalidPayloadEndsTheSession);
  CPPUNIT_TEST(nothingIsParsedAfterTheError);
  CPPUNIT_TEST(binaryMessages);
  CPPUNIT_TEST(version3TakesBinaryBodies);
  CPPUNIT_TEST(textThatIsEncodedTwice);
  CPPUNIT_TEST(aPausedClientWaitsForTheAnswerToItsPost);
  CPPUNIT_TEST(pausesAreCounted);
  CPPUNIT_TEST(aClientThatFetchesNothingIsClosed);
  CPPUNIT_TEST(writableWhileAPollWaits);
  CPPUNIT_TEST(bodiesAreLimited);
  CPPUNIT_TEST_SUITE_END();

 public:
  void packetsOfOneTurnComeInOneAnswer() {
    Rig rig;
    PollingClient polling(rig);
    auto& poll = polling.poll();
    rig.withSession([](Session& session) {
      for (const std::string_view text : {"a", "b", "c"}) session.sendText(std::span(&text, 1));
    });
    CPPUNIT_ASSERT_EQUAL(std::string("4a\x1e"
                                     "4b\x1e"
                                     "4c"),
                         poll.answer);
    const int drained = rig.above.drained;
    rig.sendText("d");
    rig.sendText("e");
    CPPUNIT_ASSERT_EQUAL(drained, rig.above.drained);
    CPPUNIT_ASSERT_EQUAL(std::string("4d\x1e"
                                     "4e"),
                         polling.poll().answer);
    CPPUNIT_ASSERT_EQUAL(drained + 1, rig.above.drained);
  }

  void theSecondOfTwoPollsEndsTheSession() {
    Rig rig;
    PollingClient polling(rig);
    auto& first = polling.poll();
    auto& second = polling.poll();
    CPPUNIT_ASSERT_EQUAL(400, second.status);
    CPPUNIT_ASSERT_EQUAL(std::string("1"), first.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session | closed: transport error"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"code":1,"message":"Session ID unknown"})"), polling.poll().answer);
  }

  void aPostWhileAPollWaits() {
    Rig rig;
    PollingClient polling(rig);
    auto& poll = polling.poll();
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), polling
                                                .post("4a\x1e"
                                                      "4b")
                                                .answer);
    CPPUNIT_ASSERT(!poll.answered());
    rig.sendText("c");
    CPPUNIT_ASSERT_EQUAL(std::string("4c"), poll.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | b"), joined(rig.heard()));
  }

  void theSecondOfTwoPostsEndsTheSession() {
    Rig rig;
    PollingClient polling(rig);
    rig.withSession([](Session& session) { session.pauseReading(); });
    auto& first = polling.post("4a");
    CPPUNIT_ASSERT(!first.answered());
    CPPUNIT_ASSERT_EQUAL(400, polling.post("4b").status);
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), first.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | closed: transport error"), joined(rig.heard()));
  }

  void aRequestThatIsBrokenOffEndsTheSession() {
    for (const bool isPost : {false, true}) {
      Rig rig;
      PollingClient polling(rig);
      if (isPost) rig.withSession([](Session& session) { session.pauseReading(); });
      auto& waiting = isPost ? polling.post("6") : polling.poll();
      CPPUNIT_ASSERT(waiting.waits());
      rig.on([&] { waiting.abort(); });
      CPPUNIT_ASSERT_EQUAL(std::string("session | closed: transport error"), joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(400, polling.poll().status);
    }
  }

  void otherMethodsTakeNothing() {
    Rig rig;
    PollingClient polling(rig);
    rig.sendText("a");
    for (const auto* method : {"HEAD", "PUT", "DELETE"}) {
      const auto& answer = rig.request(method, "EIO=4&transport=polling&sid=" + polling.sid, "4b");
      CPPUNIT_ASSERT_EQUAL(405, answer.status);
      CPPUNIT_ASSERT(answer.fieldLines.find("Allow: GET, POST\r\n") != std::string::npos);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("4a"), polling.poll().answer);
    CPPUNIT_ASSERT_EQUAL(std::string("session"), joined(rig.heard()));
  }

  void anInvalidPayloadEndsTheSession() {
    Options options;
    options.maxPacketsPerPayload = 3;
    for (const std::string_view body : {"", "7", "\x1e", "b!!!!", "\xff",
                                        "6\x1e"
                                        "6\x1e"
                                        "6\x1e"
                                        "6"}) {
      Rig rig(options);
      PollingClient polling(rig);
      auto& poll = polling.poll();
      CPPUNIT_ASSERT_EQUAL(400, polling.post(body).status);
      CPPUNIT_ASSERT_EQUAL(std::string("1"), poll.answer);
      CPPUNIT_ASSERT_EQUAL(std::string("session | closed: parse error"), joined(rig.heard()));
      CPPUNIT_ASSERT_EQUAL(400, polling.poll().status);
    }
    Rig rig(options);
    PollingClient polling(rig);
    CPPUNIT_ASSERT_EQUAL(200, polling
                                  .post("6\x1e"
                                        "5\x1e"
                                        "0")
                                  .status);  // unknown parameters are ignored
    CPPUNIT_ASSERT_EQUAL(std::string("session"), joined(rig.heard()));
  }

  void nothingIsParsedAfterTheError() {
    Rig rig;
    PollingClient polling(rig);
    CPPUNIT_ASSERT_EQUAL(400, polling
                                  .post("4a\x1ex\x1e"
                                        "4b")
                                  .status);
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | closed: parse error"), joined(rig.heard()));
    PollingClient closing(rig);
    CPPUNIT_ASSERT_EQUAL(200, closing
                                  .post("4a\x1e"
                                        "1\x1e"
                                        "4b")
                                  .status);
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | closed: transport close"), joined(rig.heard()));
  }

  void binaryMessages() {
    for (const int protocol : {4, 3}) {
      Rig rig;
      PollingClient polling(rig, protocol);
      polling.send(protocol == 4 ? "bAQID" : "b4AQID");
      CPPUNIT_ASSERT_EQUAL(std::string("session | b:\x01\x02\x03"), joined(rig.heard()));
      rig.withSession([](Session& session) { session.sendBinary("\x01\x02\x03"); });
      const std::string binary{'\1', '\4', '\xff', '\4', '\1', '\2', '\3'};
      CPPUNIT_ASSERT_EQUAL(protocol == 4 ? std::string("bAQID") : binary, polling.poll().answer);
    }
    Rig rig;
    const auto& opened = rig.request("GET", "EIO=3&transport=polling&b64=1");
    rig.withSession([](Session& session) { session.sendBinary("\x01\x02\x03"); });
    const auto sid = test::sidOf(opened.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("6:b4AQID"), rig.request("GET", "EIO=3&transport=polling&sid=" + sid).answer);
  }

  void version3TakesBinaryBodies() {
    const std::string body{'\0', '\2', '\xff', '4', 'a', '\1', '\2', '\xff', '\4', '\7'};
    for (const int protocol : {4, 3}) {
      Rig rig;
      PollingClient polling(rig, protocol);
      const auto query = "EIO=" + std::to_string(protocol) + "&transport=polling&sid=" + polling.sid;
      const auto& answer = rig.request("POST", query, body, {{"Content-Type", "application/octet-stream"}});
      CPPUNIT_ASSERT_EQUAL(protocol == 4 ? 400 : 200, answer.status);
      CPPUNIT_ASSERT_EQUAL(std::string(protocol == 4 ? "session | closed: transport error" : "session | a | b:\x07"),
                           joined(rig.heard()));
    }
  }

  /// See TwiceEncodedText.
  void textThatIsEncodedTwice() {
    Rig rig;
    PollingClient release1(rig, 3);
    rig.request("POST", "EIO=3&transport=polling&sid=" + release1.sid, "8:42[\"\xC3\x83\xC2\xA9\"]");
    CPPUNIT_ASSERT_EQUAL(std::string("session | 2[\"\xC3\xA9\"]"), joined(rig.heard()));
    rig.sendText("2[\"\xC3\xA9\"]");
    CPPUNIT_ASSERT_EQUAL(std::string("42[\"\\u00e9\"]"), joined(release1.received()));
  }

  void aPausedClientWaitsForTheAnswerToItsPost() {
    Rig rig;
    PollingClient polling(rig);
    rig.withSession([](Session& session) { session.pauseReading(); });
    auto& post = polling.post(
        "4a\x1e"
        "4b");
    CPPUNIT_ASSERT_EQUAL(std::string("session | a | b"), joined(rig.heard()));
    CPPUNIT_ASSERT(!post.answered());
    rig.withSession([](Session& session) { session.resumeReading(); });
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), post.answer);
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), polling.post("4c").answer);
  }

  void pausesAreCounted() {
    Rig rig;
    PollingClient polling(rig);
    rig.above.handling = [](Session& session, std::string_view) {
      session.pauseReading();
      session.pauseReading();
    };
    auto& post = polling.post("4a");
    rig.withSession([](Session& session) { session.resumeReading(); });
    CPPUNIT_ASSERT(!post.answered());
    rig.withSession([](Session& session) {
      session.resumeReading();
      session.resumeReading();  // a further one is ignored
    });
    CPPUNIT_ASSERT_EQUAL(std::string("ok"), post.answer);
  }

  void aClientThatFetchesNothingIsClosed() {
    Options options;
    options.maxBacklog = 10;
    Rig rig(options);
    PollingClient polling(rig);
    rig.sendText("123456789");
    CPPUNIT_ASSERT_EQUAL(std::string("session"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{0}, rig.server->slowPolls(0));
    rig.withSession([](Session& session) {
      for (const std::string_view text : {"a", "b"}) session.sendText(std::span(&text, 1));
    });
    CPPUNIT_ASSERT_EQUAL(std::string("closed: transport error"), joined(rig.heard()));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, rig.server->slowPolls(0));
    CPPUNIT_ASSERT_EQUAL(std::string("4123456789 | 4a | 1 | 400"), joined(polling.received()));
  }

  void writableWhileAPollWaits() {
    Rig rig;
    PollingClient polling(rig);
    const auto isWritable = [&] { return rig.on([&] { return rig.above.session->writable(); }); };
    CPPUNIT_ASSERT(!isWritable());
    auto& poll = polling.poll();
    rig.withSession([](Session& session) {
      CPPUNIT_ASSERT(session.writable());
      const std::string_view text = "a";
      session.sendText(std::span(&text, 1));
      CPPUNIT_ASSERT(session.writable());  // it leaves with the same answer
      CPPUNIT_ASSERT_EQUAL(std::size_t{2}, session.backlog());
      session.sendBinary(std::string(64 * 1024, 'x'));
      CPPUNIT_ASSERT(!session.writable());
    });
    CPPUNIT_ASSERT(poll.answered());
    CPPUNIT_ASSERT(!isWritable());
    rig.withSession([](Session& session) { CPPUNIT_ASSERT_EQUAL(std::size_t{0}, session.backlog()); });
  }

  void bodiesAreLimited() {
    Options options;
    options.maxPayload = 1234;
    Rig rig(options);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1234}, rig.server->bodyLimit());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PollingTest);

}  // namespace chat::engineio
