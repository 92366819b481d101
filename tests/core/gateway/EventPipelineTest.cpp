#include <Poco/Logger.h>
#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <map>
#include <mutex>
#include <semaphore>

#include "FakeEndpoint.h"
#include "data/Database.h"
#include "exec/WorkerPool.h"
#include "gateway/adapter/AdapterEmitter.h"
#include "gateway/adapter/LocalAdapter.h"
#include "gateway/admission/Admissions.h"
#include "gateway/admission/Farewells.h"
#include "gateway/endpoint/ExpiryTimers.h"
#include "net/LoopGroup.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {
namespace {

using Lines = std::vector<std::string>;
using plugin::AppError;
using plugin::Request;

class NoDatabase final : public data::Database {
 public:
  data::Dialect dialect() const noexcept override { return data::Dialect::Sqlite; }
  void read(const data::Work&) override { throw data::Unavailable("none"); }
  void transaction(const data::Work&) override { throw data::Unavailable("none"); }
  void commitTogether(const data::Work&, std::function<void()>) override { throw data::Unavailable("none"); }
};

/// A handler made of a function.
class Handler final : public plugin::EventHandler {
 public:
  using Call = std::function<void(const Request&, plugin::Reply&)>;
  Handler(plugin::Execution execution, Call call) : _execution(execution), _call(std::move(call)) {}
  plugin::Execution execution() const noexcept override { return _execution; }
  void handle(const Request& request, plugin::Reply& reply) override { _call(request, reply); }

 private:
  plugin::Execution _execution;
  Call _call;
};

struct Leavers final : plugin::DisconnectHandler {
  std::promise<std::string> reason;
  void disconnected(const plugin::Caller&, std::string_view why) override { reason.set_value(std::string(why)); }
};

/// Admits with an identity and replays the positions up to `missed`.
struct Replayer final : plugin::ConnectHandler {
  std::uint64_t missed = 0;
  std::binary_semaphore go{0};
  std::promise<bool> released;
  void connect(plugin::Admission& admission) override {
    admission.setIdentity({{"anna"}, "Anna", "token", {}});
    admission.holdEmits();
  }
  void connected(const plugin::Caller&, std::string_view, plugin::Replay& replay) override {
    for (std::uint64_t position = 1; position <= missed; ++position) {
      replay.emit("m", std::to_string(position), position);
    }
    go.acquire();
    released.set_value(replay.release());
  }
};

/// The plugin under test: `hold` waits on a worker until it is let go.
struct TestPlugin final : plugin::Plugin {
  std::counting_semaphore<> gate{0};
  Leavers leavers;
  Replayer* replayer = nullptr;
  Handler hold{plugin::Execution::Worker, [this](const Request& request, plugin::Reply& reply) {
                 gate.acquire();
                 reply.acknowledgeArgs(request.args());
               }};
  Handler quick{plugin::Execution::Inline,
                [](const Request& request, plugin::Reply& reply) { reply.acknowledgeArgs(request.args()); }};
  Handler refuse{plugin::Execution::Worker,
                 [](const Request&, plugin::Reply&) { throw AppError(403, "not \"you\"", 7); }};
  Handler fault{plugin::Execution::Worker, [](const Request&, plugin::Reply& reply) {
                  reply.answer(0, "\"half done\"");
                  throw std::runtime_error("secret of the store");
                }};
  Handler whoami{plugin::Execution::Inline, [](const Request& request, plugin::Reply& reply) {
                   reply.acknowledgeArgs(request.caller().identity() ? "\"known\"" : "\"anonymous\"");
                 }};
  /// Answers later: with its argument once a test calls `answerLater`. "refuse" is refused at once.
  std::mutex mutex;
  std::map<std::string, std::shared_ptr<plugin::PendingReply>> pending;
  std::counting_semaphore<> asked{0};
  Handler later{plugin::Execution::Worker, [this](const Request& request, plugin::Reply& reply) {
                  if (request.args() == "\"refuse\"") throw AppError(403, "not you");
                  auto answer = reply.later();
                  const std::lock_guard lock(mutex);
                  pending[std::string(request.args())] = std::move(answer);
                  asked.release();
                }};
  Handler laterInline{plugin::Execution::Inline,
                      [this](const Request& request, plugin::Reply& reply) { later.handle(request, reply); }};
  std::shared_ptr<plugin::PendingReply> take(const std::string& args) {
    const std::lock_guard lock(mutex);
    return std::exchange(pending[args], nullptr);
  }
  void answerLater(const std::string& args) {
    const auto answer = take(args);
    answer->reply().acknowledgeArgs(args);
    answer->send();
  }
  void start(plugin::Context&, plugin::Registrar& registrar) override {
    registrar.onEvent("later", later);
    registrar.onEvent("later-inline", laterInline);
    registrar.onEvent("hold", hold);
    registrar.onEvent("quick", quick);
    registrar.onEvent("refuse", refuse);
    registrar.onEvent("fault", fault);
    registrar.onEvent("whoami", whoami);
    registrar.onDisconnect(leavers);
    if (replayer) registrar.onConnect(0, *replayer);
  }
};

/// The parts of one loop's gateway that an event meets, and the test plugin.
class Rig final : private EventPipeline::Owner {
 public:
  explicit Rig(Options given = {}, Replayer* replayer = nullptr,
               std::chrono::milliseconds timeout = std::chrono::seconds(30))
      : options(given) {
    plugin::LibraryIdentity identity;
    identity.name = "test";
    identity.version = "1";
    identity.events = {"hold", "quick", "refuse", "fault", "whoami", "later", "later-inline"};
    plugin::PluginLimits limits;
    limits.threads = 1;
    limits.queue = 1;
    limits.timeout = timeout;
    auto object = std::make_unique<TestPlugin>();
    object->replayer = replayer;
    test = object.get();
    generation = std::make_shared<plugin::Generation>(identity, plugin::SettingsSnapshot{}, limits, 1,
                                                      plugin::HostServices{database, emitter});
    generation->start(std::move(object));
    tables.publish(std::make_shared<const plugin::HandlerTable>(std::span(&generation, 1)));
    adapter.add(sockets);
    loops.start();
  }
  ~Rig() noexcept(false) {
    admissionThreads.stop();
    replayThreads.stop();
    // Its workers post to the loops.
    CPPUNIT_ASSERT(generation->retire(std::chrono::seconds(10)) != plugin::Generation::Retired::Busy);
    loops.stop();
  }

  void onLoop(const std::function<void()>& call) {
    loops.onEach([&](net::Loop&) { call(); });
  }
  FakeEndpoint& connect(Transcript& transcript) {
    FakeEndpoint* endpoint = nullptr;
    onLoop([&] {
      endpoint = &static_cast<FakeEndpoint&>(admissions.open(std::make_unique<FakeEndpoint>(transcript)));
      endpoint->admitted = true;
    });
    return *endpoint;
  }
  void send(Endpoint& endpoint, std::string_view event, std::uint64_t ack, std::string_view args = "1") {
    onLoop([&] { events.receive(endpoint, {event, args, {}, {ack, {}}}); });
  }
  void emit(std::uint64_t position) {
    emitter.emitIn(plugin::streamOf("test"), plugin::Target::toUser({"anna"}), "m", std::to_string(position),
                   {.position = position}, {});
  }

  const Options options;
  NoDatabase database;
  net::LoopGroup loops{1, {}};
  net::Loop& loop = loops.at(0);
  plugin::TablePublication tables;
  std::shared_ptr<plugin::Generation> generation;
  TestPlugin* test = nullptr;
  exec::WorkerPool admissionThreads{{"admission", 1, 16}};
  exec::WorkerPool replayThreads{{"replay", 1, 16}};
  LocalAdapter adapter{options, nullptr};
  AdapterEmitter emitter{adapter, loops, options};
  LoopCalls calls{loop, tables, Poco::Logger::get("test")};
  ExpiryTimers expiries{loop, [this](Endpoint& endpoint) { ends.checkExpiry(endpoint); }};
  Directory directory{0, nullptr, &expiries};
  Outgoing outgoing{calls};
  const ReplyContext replies{directory, emitter, outgoing, options, calls.logger()};
  IdentityEnds ends{calls, replies};
  Delivery delivery{loop, directory, ends, outgoing, options};
  LoopSockets sockets{loop, delivery, ends, nullptr, replies};
  base::LocalCounter unknownEvents;
  EventPipeline events{calls, replies, ends, *this, unknownEvents};
  ConnectionCalls connects{calls, admissionThreads};
  ConnectionCalls replays{calls, replayThreads};
  Farewells farewells{calls, connects};
  Admissions admissions{calls, replies, ends, delivery, events, {connects, replays}};

 private:
  void authenticate(Endpoint&, const IncomingEvent&) override {}
  void ended(Endpoint& endpoint) override {
    const std::shared_ptr<Endpoint> owned = directory.remove(endpoint.handle);
    farewells.left(*owned);
    loop.defer([owned] {});
  }
};

}  // namespace

class EventPipelineTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(EventPipelineTest);
  CPPUNIT_TEST(eventsOfOneSocketAreAnsweredInOrder);
  CPPUNIT_TEST(eventsOfOneTurnGoTogether);
  CPPUNIT_TEST(answersThatFollowLaterKeepTheOrder);
  CPPUNIT_TEST(otherHandlersWaitForPendingAnswers);
  CPPUNIT_TEST(onlySoManyAnswersMayBePending);
  CPPUNIT_TEST(pendingAnswersEndOnce);
  CPPUNIT_TEST(aPendingAnswerThatTakesTooLong);
  CPPUNIT_TEST(theClientLeavesBeforeItsAnswer);
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

  void answersThatFollowLaterKeepTheOrder() {
    for (const char* event : {"later", "later-inline"}) {
      Transcript transcript;
      Rig rig;
      auto& endpoint = rig.connect(transcript);
      rig.onLoop([&] {
        std::uint64_t ack = 0;
        for (const char* args : {"1", "2", "\"refuse\"", "4"}) rig.events.receive(endpoint, {event, args, {}, {++ack, {}}});
      });
      for (int i = 0; i < 3; ++i) rig.test->asked.acquire();
      // All are with the plugin, and nobody waits for the first; what is known of the others waits for its turn.
      rig.test->answerLater("4");
      rig.test->answerLater("2");
      rig.onLoop([] {});
      CPPUNIT_ASSERT(transcript.wait(0).empty());
      rig.test->answerLater("1");
      const auto lines = transcript.wait(5);
      CPPUNIT_ASSERT_EQUAL(std::string("ack 1 1"), lines[0]);
      CPPUNIT_ASSERT_EQUAL(std::string("ack 2 2"), lines[1]);
      CPPUNIT_ASSERT(lines[3].starts_with(R"(ack 3 2 {"errors":{"code":"403")"));
      CPPUNIT_ASSERT_EQUAL(std::string("ack 4 4"), lines[4]);
    }
  }

  void otherHandlersWaitForPendingAnswers() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "later", 1, "1");
    rig.test->asked.acquire();
    rig.send(endpoint, "quick", 2);
    rig.send(endpoint, "nothing", 3);
    rig.send(endpoint, "later", 4, "4");
    rig.onLoop([] {});
    CPPUNIT_ASSERT(transcript.wait(0).empty());
    rig.test->answerLater("1");
    rig.test->asked.acquire();
    rig.test->answerLater("4");
    const auto lines = transcript.wait(4);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 1 1"), lines[0]);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 2 1"), lines[1]);
    CPPUNIT_ASSERT(lines[2].starts_with("ack 3 1 {\"errors\""));
    CPPUNIT_ASSERT_EQUAL(std::string("ack 4 4"), lines[3]);
  }

  void onlySoManyAnswersMayBePending() {
    Transcript transcript;
    Options options;
    options.waitingEvents = 2;
    Rig rig(options);
    auto& endpoint = rig.connect(transcript);
    for (std::uint64_t ack = 1; ack <= 4; ++ack) rig.send(endpoint, "later", ack, std::to_string(ack));
    for (int i = 0; i < 2; ++i) rig.test->asked.acquire();
    CPPUNIT_ASSERT((Lines{"pause"}) == transcript.wait(1));
    CPPUNIT_ASSERT(!rig.test->asked.try_acquire());
    for (int i = 1; i <= 2; ++i) rig.test->answerLater(std::to_string(i));
    for (int i = 3; i <= 4; ++i) rig.test->asked.acquire();
    for (int i = 3; i <= 4; ++i) rig.test->answerLater(std::to_string(i));
    Lines acks;
    for (const auto& line : transcript.wait(6)) {
      if (line.starts_with("ack")) acks.push_back(line);
    }
    CPPUNIT_ASSERT((Lines{"ack 1 1", "ack 2 2", "ack 3 3", "ack 4 4"}) == acks);
  }

  void pendingAnswersEndOnce() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    for (const char* args : {"1", "2", "3"}) {
      rig.send(endpoint, "later", std::stoull(args), args);
      rig.test->asked.acquire();
    }
    const auto sent = rig.test->take("1");
    CPPUNIT_ASSERT(sent->isWanted());
    sent->reply().acknowledgeArgs("1");
    sent->send();
    CPPUNIT_ASSERT(!sent->isWanted());
    sent->fail(std::make_exception_ptr(AppError(403, "too late")));
    sent->send();
    const auto failed = rig.test->take("2");
    failed->reply().acknowledgeArgs("\"half done\"");
    failed->fail(std::make_exception_ptr(data::Unavailable("away")));
    failed->send();
    rig.test->take("3").reset();  // dropped
    const auto lines = transcript.wait(5);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 1 1"), lines[0]);
    CPPUNIT_ASSERT(lines[2].starts_with(R"(ack 2 1 {"errors":{"code":"503")"));
    CPPUNIT_ASSERT(lines[4].starts_with(R"(ack 3 1 {"errors":{"code":"500")"));
    const auto totals = rig.generation->statsOf("later")->totals();
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, totals.calls);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, totals.unavailable);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, totals.faults);
  }

  void aPendingAnswerThatTakesTooLong() {
    Transcript transcript;
    Rig rig({}, nullptr, std::chrono::milliseconds(50));
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "later", 1, "1");
    rig.test->asked.acquire();
    CPPUNIT_ASSERT(transcript.wait(2)[1].starts_with(R"(ack 1 1 {"errors":{"code":"504")"));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1}, rig.generation->statsOf("later")->totals().timeouts);
    rig.test->answerLater("1");
    rig.send(endpoint, "quick", 2);
    CPPUNIT_ASSERT_EQUAL(std::string("ack 2 1"), transcript.wait(3)[2]);
  }

  // Its last event is answered before it counts as gone, and its plugin isn't unloaded meanwhile.
  void theClientLeavesBeforeItsAnswer() {
    Transcript transcript;
    Rig rig;
    auto& endpoint = rig.connect(transcript);
    rig.send(endpoint, "later", 1, "1");
    rig.test->asked.acquire();
    rig.onLoop([&] {
      endpoint.gone = true;
      endpoint.leaveReason = "transport close";
      rig.events.closed(endpoint);
    });
    auto left = rig.test->leavers.reason.get_future();
    CPPUNIT_ASSERT(left.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
    CPPUNIT_ASSERT(rig.generation->callsInside() > 0);
    rig.test->answerLater("1");
    CPPUNIT_ASSERT_EQUAL(std::string("transport close"), left.get());
    CPPUNIT_ASSERT(transcript.wait(0).empty());
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
