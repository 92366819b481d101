#include <cppunit/extensions/HelperMacros.h>

#include <future>

#include "PipelineRig.h"

namespace chat::gateway {

class EventPipelineTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(EventPipelineTest);
  CPPUNIT_TEST(eventsOfOneSocketAreAnsweredInOrder);
  CPPUNIT_TEST(eventsOfOneTurnGoTogether);
  CPPUNIT_TEST(unknownEventIsAnsweredByCallbackOnly);
  CPPUNIT_TEST(refusalAndFault);
  CPPUNIT_TEST(fullQueueAnswersAtOnce);
  CPPUNIT_TEST(whoAsksTooMuchIsNotReadFrom);
  CPPUNIT_TEST(positionsNeitherRepeatNorGoBack);
  CPPUNIT_TEST(replayAndLiveEmitsJoin);
  CPPUNIT_TEST(tooMuchDuringAReplayIsReplayedInstead);
  CPPUNIT_TEST(expiredAndRevokedAreAnonymous);
  CPPUNIT_TEST(whatWaitsIsHandledAfterTheClientHasLeft);
  CPPUNIT_TEST_SUITE_END();

 public:
  void eventsOfOneSocketAreAnsweredInOrder() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "hold", 1);
    rig.send(endpoint, "quick", 2);
    rig.send(endpoint, "hold", 3);
    rig.send(endpoint, "quick", 4);
    rig.test->gate.release(2);
    CPPUNIT_ASSERT((Lines{"ack 1 1", "ack 2 1", "ack 3 1", "ack 4 1"}) == transcript.wait(4));
  }

  // The queue takes one call and one more waits for the only worker: alone, most of these would be refused.
  void eventsOfOneTurnGoTogether() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.test->gate.release(20);
    Lines expected;
    rig.onLoop([&] {
      for (std::uint64_t i = 1; i <= 20; ++i) {
        const bool last = i == 20;
        rig.events.receive(endpoint, {last ? "quick" : "hold", std::to_string(i), {}, {i, {}}});
        expected.push_back("ack " + std::to_string(i) + ' ' + std::to_string(i));
      }
    });
    CPPUNIT_ASSERT(expected == transcript.wait(20));
  }

  void unknownEventIsAnsweredByCallbackOnly() {
    Transcript transcript;
    Rig rig;
    rig.send(rig.connect(transcript), "nothing", 5);
    CPPUNIT_ASSERT(transcript.wait(1)[0].starts_with(R"(ack 5 1 {"errors":{"code":"404")"));
  }

  void refusalAndFault() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "refuse", 1);
    const std::string refusal = R"({"errors":{"code":"403","detail":"not \"you\""},"meta":{"retry_after":7}})";
    CPPUNIT_ASSERT((Lines{"emit refuse " + refusal, "ack 1 2 " + refusal}) == transcript.wait(2));
    rig.send(endpoint, "fault", 2);
    const auto lines = transcript.wait(4);
    CPPUNIT_ASSERT(lines[3].starts_with(R"(ack 2 1 {"errors":{"code":"500")"));
    for (const auto& line : lines) {
      CPPUNIT_ASSERT(line.find("secret") == std::string::npos);
      CPPUNIT_ASSERT(line.find("half done") == std::string::npos);
    }
  }

  void fullQueueAnswersAtOnce() {
    Transcript transcript;
    Rig rig;  // one thread, one place in the queue
    rig.send(rig.connect(transcript), "hold", 1);
    rig.send(rig.connect(transcript), "hold", 2);
    // Until the thread has taken the first, the second has its place in the queue; then the third gets it.
    for (std::uint64_t ack = 3; ack <= 4; ++ack) rig.send(rig.connect(transcript), "hold", ack);
    const auto lines = transcript.wait(2);
    CPPUNIT_ASSERT(lines[1].find(R"("code":"503")") != std::string::npos);
    rig.send(rig.connect(transcript), "quick", 9);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 9 1"), transcript.wait(lines.size() + 1).back());
    rig.test->gate.release(4);
  }

  void whoAsksTooMuchIsNotReadFrom() {
    Transcript transcript;
    Options options;
    options.waitingEvents = 4;
    Rig rig(options);
    auto& endpoint = rig.connect(transcript);
    for (std::uint64_t ack = 0; ack < 5; ++ack) rig.send(endpoint, ack == 0 ? "hold" : "quick", ack);
    CPPUNIT_ASSERT((Lines{"pause"}) == transcript.wait(1));
    rig.test->gate.release();
    CPPUNIT_ASSERT((Lines{"pause", "ack 0 1", "ack 1 1", "ack 2 1", "ack 3 1", "ack 4 1", "resume"}) ==
                   transcript.wait(7));
  }

  void positionsNeitherRepeatNorGoBack() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.onLoop([&] {
      rig.directory.identify(endpoint, std::make_shared<plugin::Identity>(plugin::Identity{{"anna"}, "Anna", "t", {}}));
    });
    for (const std::uint64_t position : {1, 2, 2, 1, 5, 4, 6}) rig.emit(position);
    CPPUNIT_ASSERT((Lines{"live m 1", "live m 2", "live m 5", "live m 6"}) == transcript.wait(4));
  }

  void admitWith(Rig& rig, Endpoint& endpoint, std::promise<void>& admitted) {
    rig.onLoop([&] {
      rig.admissions.admit(endpoint, "{}", {}, [&](Endpoint&, const AdmissionVerdict& verdict) {
        CPPUNIT_ASSERT(!verdict.isNamespaceRefused && !verdict.failure);
        admitted.set_value();
      });
    });
    admitted.get_future().wait();
  }

  void replayAndLiveEmitsJoin() {
    Transcript transcript;
    Replayer replayer;
    replayer.missed = 3;
    Rig rig({}, &replayer);
    auto& endpoint = rig.connect(transcript);
    std::promise<void> admitted;
    admitWith(rig, endpoint, admitted);
    for (const std::uint64_t position : {2, 3, 4, 5}) rig.emit(position);  // 2 and 3 are in the replay as well
    transcript.wait(3);
    replayer.go.release();
    CPPUNIT_ASSERT(replayer.released.get_future().get());
    rig.emit(6);
    CPPUNIT_ASSERT((Lines{"live m 1", "live m 2", "live m 3", "live m 4", "live m 5", "live m 6"}) ==
                   transcript.wait(6));
  }

  void tooMuchDuringAReplayIsReplayedInstead() {
    Transcript transcript;
    Replayer replayer;
    Options options;
    options.heldEmits = 2;
    Rig rig(options, &replayer);
    auto& endpoint = rig.connect(transcript);
    std::promise<void> admitted;
    admitWith(rig, endpoint, admitted);
    for (const std::uint64_t position : {1, 2, 3}) rig.emit(position);
    replayer.go.release();
    CPPUNIT_ASSERT(!replayer.released.get_future().get());
  }

  void expiredAndRevokedAreAnonymous() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    const auto identify = [&](std::chrono::seconds left) {
      rig.onLoop([&] {
        rig.directory.identify(endpoint, std::make_shared<plugin::Identity>(plugin::Identity{
                                             {"anna"}, "Anna", "token", std::chrono::system_clock::now() + left}));
      });
    };
    identify(std::chrono::seconds(60));
    rig.send(endpoint, "whoami", 1);
    rig.emitter.revoke("token");
    rig.send(endpoint, "whoami", 2);
    identify(std::chrono::seconds(-1));
    rig.send(endpoint, "whoami", 3);
    CPPUNIT_ASSERT((Lines{"ack 1 \"known\"", "ack 2 \"anonymous\"", "ack 3 \"anonymous\""}) == transcript.wait(3));
  }

  void whatWaitsIsHandledAfterTheClientHasLeft() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "hold", 1);
    rig.send(endpoint, "hold", 2);
    rig.onLoop([&] {
      rig.farewells.leaving(endpoint, "transport close");
      endpoint.gone = true;
      rig.events.closed(endpoint);
    });
    auto left = rig.test->leavers.reason.get_future();
    rig.test->gate.release();
    CPPUNIT_ASSERT(left.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    rig.test->gate.release();
    CPPUNIT_ASSERT_EQUAL(std::string("transport close"), left.get());
    CPPUNIT_ASSERT(transcript.wait(0).empty());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(EventPipelineTest);

}  // namespace chat::gateway
