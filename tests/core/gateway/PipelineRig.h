#pragma once

#include <Poco/Logger.h>
#include <cppunit/TestAssert.h>

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

}  // namespace chat::gateway
