// What plugins ask of sockets on several loops, and that nothing of it outlives the plugin.
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "PluginRig.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

using plugin::AckMissing;
using plugin::AckResult;
using plugin::Execution;
using plugin::Target;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A result as a test compares it.
struct Outcome {
  std::vector<std::string> answers;  // `id args`
  std::vector<std::pair<std::string, AckMissing::Reason>> missing;
  bool cutShort = false;

  static Outcome of(const AckResult& result) {
    Outcome outcome;
    for (const auto& answer : result.answers()) {
      outcome.answers.push_back(std::string(answer.socketId) + " " + std::string(answer.args));
    }
    for (const auto& missing : result.missing()) outcome.missing.emplace_back(missing.socketId, missing.reason);
    std::sort(outcome.answers.begin(), outcome.answers.end());
    outcome.cutShort = result.isCutShort();
    return outcome;
  }
};

/// The acknowledgement's id in `27["q",1]`.
std::string ackIdOf(const std::string& packet) {
  const auto end = packet.find('[');
  return packet.substr(1, end - 1);
}

Target everybody() {
  return Target::toNamespace("/");
}

}  // namespace

class SocketsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SocketsTest);
  CPPUNIT_TEST(asksSocketsOfEveryLoop);
  CPPUNIT_TEST(questionsAreUncompressedWhereThatIsAskedFor);
  CPPUNIT_TEST(saysWhoHasNotAnswered);
  CPPUNIT_TEST(aSocketThatIsNotThereHasLeft);
  CPPUNIT_TEST(waitsOnAWorkerAndNeverOnALoop);
  CPPUNIT_TEST(answersBeyondTheLimitAreDropped);
  CPPUNIT_TEST(tooManyQuestionsAreRefused);
  CPPUNIT_TEST(aRetiringPluginHasItsQuestionsEndedFirst);
  CPPUNIT_TEST(aQuestionOfAFailedStartIsEnded);
  CPPUNIT_TEST(repliesAsk);
  CPPUNIT_TEST(fetchesAndCounts);
  CPPUNIT_TEST(keepsData);
  CPPUNIT_TEST_SUITE_END();

 public:
  void asksSocketsOfEveryLoop() {
    PluginRig rig;
    auto& plugin = rig.load({}, {});
    const auto a = rig.connect(0);
    const auto b = rig.connect(1);
    std::promise<Outcome> told;
    plugin.context->sockets().ask(everybody(), "q", "1", {seconds(10)},
                                  [&](const AckResult& result) { told.set_value(Outcome::of(result)); });
    for (const auto* client : {&a, &b}) {
      const auto packet = rig.wait(client->session, 1)[0];
      CPPUNIT_ASSERT_MESSAGE(packet, packet.starts_with("2") && packet.ends_with(R"(["q",1])"));
      rig.send(client->session, "3" + ackIdOf(packet) + R"(["fine"])");
    }
    const auto outcome = told.get_future().get();
    std::vector<std::string> expected{a.id + R"( "fine")", b.id + R"( "fine")"};
    std::sort(expected.begin(), expected.end());
    CPPUNIT_ASSERT(expected == outcome.answers);
    CPPUNIT_ASSERT(outcome.missing.empty() && !outcome.cutShort);
  }

  void questionsAreUncompressedWhereThatIsAskedFor() {
    PluginRig rig;
    auto& plugin =
        rig.load({"log-in", "ask"}, [](ScriptedPlugin& scripted, plugin::Context&, plugin::Registrar& registrar) {
          scripted.on(registrar, "log-in", Execution::Inline, [](const plugin::Request&, plugin::Reply& reply) {
            reply.setIdentity(plugin::Identity{{"ann"}, "Ann", "token", {}});
          });
          scripted.on(registrar, "ask", Execution::Worker, [](const plugin::Request&, plugin::Reply& reply) {
            reply.ask("q", "3", {.timeout = seconds(10), .isUncompressed = true}, [](const AckResult&) {});
          });
        });
    const auto client = rig.connect();
    rig.send(client.session, R"(2["log-in"])");
    int asked = 0;
    const auto uncompressed = [&] {
      const auto packet = rig.wait(client.session, static_cast<std::size_t>(++asked)).back();
      CPPUNIT_ASSERT_MESSAGE(packet, packet.starts_with("2") && packet.find(R"(["q",)") != std::string::npos);
      rig.send(client.session, "3" + ackIdOf(packet) + "[]");
      int number = 0;
      rig.on(client.session.loop(), [&] { number = client.session.uncompressed; });
      return number;
    };
    for (const auto& target : {everybody(), Target::toUser({"ann"})}) {
      for (const bool isUncompressed : {false, true}) {
        plugin.context->sockets().ask(target, "q", "1", {seconds(10), Execution::Inline, isUncompressed},
                                      [](const AckResult&) {});
        const int before = target.kind == Target::Kind::User ? 1 : 0;
        CPPUNIT_ASSERT_EQUAL(before + (isUncompressed ? 1 : 0), uncompressed());
      }
    }
    rig.send(client.session, R"(2["ask"])");
    CPPUNIT_ASSERT_EQUAL(3, uncompressed());
    auto waiting = std::async(std::launch::async, [&] {
      return plugin.context->sockets()
          .askAndWait(everybody(), "q", "4", {.timeout = seconds(10), .isUncompressed = true})
          ->answers()
          .size();
    });
    CPPUNIT_ASSERT_EQUAL(4, uncompressed());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, waiting.get());
  }

  void saysWhoHasNotAnswered() {
    PluginRig rig;
    auto& plugin = rig.load({}, {});
    const auto silent = rig.connect(0);
    const auto leaving = rig.connect(1);
    std::promise<Outcome> told;
    plugin.context->sockets().ask(everybody(), "q", "", {milliseconds(50)},
                                  [&](const AckResult& result) { told.set_value(Outcome::of(result)); });
    rig.wait(leaving.session, 1);
    rig.close(leaving.session);
    const auto outcome = told.get_future().get();
    CPPUNIT_ASSERT(outcome.answers.empty());
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, outcome.missing.size());
    for (const auto& [id, reason] : outcome.missing) {
      CPPUNIT_ASSERT(reason == (id == silent.id ? AckMissing::Reason::TimedOut : AckMissing::Reason::Left));
    }
  }

  void aSocketThatIsNotThereHasLeft() {
    PluginRig rig;
    auto& plugin = rig.load({}, {});
    const auto result =
        plugin.context->sockets().askAndWait(Target::toSocket("/", "01234567890123456789"), "q", "", seconds(10), {});
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, result->missing().size());
    CPPUNIT_ASSERT(result->missing()[0].reason == AckMissing::Reason::Left);
    CPPUNIT_ASSERT(plugin.context->sockets().askAndWait(everybody(), "q", "", seconds(10), {})->isComplete());
  }

  void waitsOnAWorkerAndNeverOnALoop() {
    PluginRig rig;
    rig.load({"worker", "inline"}, [](ScriptedPlugin& plugin, plugin::Context& context, plugin::Registrar& registrar) {
      plugin.on(registrar, "worker", Execution::Worker, [&](const plugin::Request& request, plugin::Reply& reply) {
        const auto self = Target::toSocket("/", std::string(request.caller().socketId()));
        const auto result = context.sockets().askAndWait(self, "q", "", seconds(10), {});
        reply.acknowledgeArgs(result->answers()[0].args);
      });
      plugin.on(registrar, "inline", Execution::Inline, [&](const plugin::Request&, plugin::Reply& reply) {
        try {
          context.sockets().countAndWait(everybody(), seconds(1));
        } catch (const std::logic_error&) {
          reply.acknowledgeArgs("\"refused\"");
        }
      });
    });
    const auto client = rig.connect();
    rig.send(client.session, R"(25["worker"])");
    rig.send(client.session, "3" + ackIdOf(rig.wait(client.session, 1)[0]) + "[7]");
    CPPUNIT_ASSERT_EQUAL(std::string("35[7]"), rig.wait(client.session, 2)[1]);
    rig.send(client.session, R"(26["inline"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(36["refused"])"), rig.wait(client.session, 3)[2]);
  }

  void answersBeyondTheLimitAreDropped() {
    Options options;
    options.ackBytes = 10;
    PluginRig rig(options);
    auto& plugin = rig.load({}, {});
    const auto client = rig.connect();
    std::promise<Outcome> told;
    plugin.context->sockets().ask(everybody(), "q", "", {seconds(10)},
                                  [&](const AckResult& result) { told.set_value(Outcome::of(result)); });
    rig.send(client.session, "3" + ackIdOf(rig.wait(client.session, 1)[0]) + R"(["0123456789"])");
    const auto outcome = told.get_future().get();
    CPPUNIT_ASSERT(outcome.missing.at(0).second == AckMissing::Reason::Refused);
  }

  void tooManyQuestionsAreRefused() {
    PluginRig rig;
    plugin::PluginLimits limits;
    limits.questions = 1;
    auto& plugin = rig.load({}, {}, limits);
    const auto client = rig.connect();
    std::promise<void> told;
    const auto ask = [&] {
      plugin.context->sockets().ask(everybody(), "q", "", {seconds(10)}, [&](const AckResult&) { told.set_value(); });
    };
    ask();
    try {
      ask();
      CPPUNIT_FAIL("the second question was taken");
    } catch (const plugin::AppError& error) {
      CPPUNIT_ASSERT_EQUAL(503, error.code());
    }
    rig.send(client.session, "3" + ackIdOf(rig.wait(client.session, 1)[0]) + "[]");
    told.get_future().get();
  }

  void aRetiringPluginHasItsQuestionsEndedFirst() {
    PluginRig rig;
    auto& plugin = rig.load({}, {});
    const auto client = rig.connect(1);
    std::mutex mutex;  // the worker and the loop may tell at the same time
    std::vector<std::string> notes;
    const auto note = [&](const char* what) {
      std::lock_guard lock(mutex);
      notes.emplace_back(what);
    };
    for (const auto execution : {Execution::Worker, Execution::Inline}) {
      plugin.context->sockets().ask(
          everybody(), "q", "", {std::chrono::hours(1), execution}, [&](const AckResult& result) {
            note(result.missing()[0].reason == AckMissing::Reason::Stopped ? "told" : "something else");
          });
      rig.wait(client.session, execution == Execution::Worker ? 1 : 2);
    }
    plugin.onStop = [&] { note("stopped"); };
    CPPUNIT_ASSERT(rig.generations[0]->retire(seconds(10)) == plugin::Generation::Retired::Unmapped);
    CPPUNIT_ASSERT((std::vector<std::string>{"told", "told", "stopped"}) == notes);
    // An answer that comes now is nobody's.
    rig.send(client.session, "3" + ackIdOf(rig.wait(client.session, 1)[0]) + "[]");
  }

  void aQuestionOfAFailedStartIsEnded() {
    PluginRig rig;
    const auto client = rig.connect();
    std::atomic<bool> told = false;
    CPPUNIT_ASSERT_THROW(rig.load({},
                                  [&](ScriptedPlugin&, plugin::Context& context, plugin::Registrar&) {
                                    context.sockets().ask(everybody(), "q", "", {std::chrono::hours(1)},
                                                          [&](const AckResult&) { told = true; });
                                    throw std::runtime_error("no");
                                  }),
                         std::runtime_error);
    CPPUNIT_ASSERT(told);
  }

  void repliesAsk() {
    PluginRig rig;
    rig.load({"ask", "ask-here"}, [](ScriptedPlugin& plugin, plugin::Context& context, plugin::Registrar& registrar) {
      const auto ask = [&](const plugin::Request& request, plugin::Reply& reply) {
        reply.emit("before", "");
        reply.ask("q", request.args(), {seconds(10)}, [&context](const AckResult& result) {
          context.emitter().emit(everybody(), "result", result.answers()[0].args);
        });
      };
      plugin.on(registrar, "ask", Execution::Worker, ask);
      plugin.on(registrar, "ask-here", Execution::Inline, ask);
    });
    for (const auto* event : {"ask", "ask-here"}) {
      const auto client = rig.connect();
      rig.send(client.session, "2[\"" + std::string(event) + "\",1]");
      auto sent = rig.wait(client.session, 2);
      CPPUNIT_ASSERT_EQUAL(std::string(R"(2["before"])"), sent[0]);
      rig.send(client.session, "3" + ackIdOf(sent[1]) + "[2]");
      CPPUNIT_ASSERT_EQUAL(std::string(R"(2["result",2])"), rig.wait(client.session, 3)[2]);
      rig.close(client.session);
    }
  }

  void fetchesAndCounts() {
    PluginRig rig;
    auto& plugin = rig.load({"join"}, [](ScriptedPlugin& scripted, plugin::Context&, plugin::Registrar& registrar) {
      scripted.on(registrar, "join", Execution::Inline, [](const plugin::Request&, plugin::Reply& reply) {
        reply.join("red");
        reply.setData("colour", "\"red\"");
        reply.acknowledgeArgs("");
      });
    });
    const auto a = rig.connect(0, R"({"token":"t"})");
    const auto b = rig.connect(1);
    rig.send(a.session, R"(21["join"])");
    rig.wait(a.session, 1);
    auto& sockets = plugin.context->sockets();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, sockets.countAndWait(everybody(), seconds(10)));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sockets.countAndWait(Target::toRoom("/", "red"), seconds(10)));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sockets.countAndWait(everybody().except(a.id), seconds(10)));
    const auto list = sockets.fetchAndWait(Target::toRooms("/", {"red", "blue"}), seconds(10));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, list->size());
    const auto& socket = list->at(0);
    CPPUNIT_ASSERT_EQUAL(a.id, std::string(socket.caller().socketId()));
    CPPUNIT_ASSERT_EQUAL(std::string("\"red\""), std::string(socket.caller().data("colour")));
    CPPUNIT_ASSERT_EQUAL(std::string(R"({"token":"t"})"), std::string(socket.caller().auth()));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, socket.rooms().size());
    CPPUNIT_ASSERT_EQUAL(a.id, std::string(socket.rooms()[0]));
    CPPUNIT_ASSERT_EQUAL(std::string("red"), std::string(socket.rooms()[1]));
    std::promise<std::size_t> told;
    sockets.fetch(everybody(), Execution::Inline, [&](const plugin::SocketList& all) { told.set_value(all.size()); });
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, told.get_future().get());
    // Everybody of the room is disconnected, and nobody else.
    plugin.context->emitter().disconnect(Target::toRoom("/", "red"), false);
    CPPUNIT_ASSERT_EQUAL(std::string("1"), rig.wait(a.session, 2)[1]);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, sockets.countAndWait(everybody(), seconds(10)));
  }

  void keepsData() {
    Options options;
    options.socketData = 20;
    PluginRig rig(options);
    auto& plugin =
        rig.load({"set", "get"}, [](ScriptedPlugin& scripted, plugin::Context&, plugin::Registrar& registrar) {
          scripted.on(registrar, "set", Execution::Worker,
                      [](const plugin::Request& request, plugin::Reply& reply) { reply.setData("k", request.args()); });
          scripted.on(registrar, "get", Execution::Worker, [](const plugin::Request& request, plugin::Reply& reply) {
            const auto value = request.caller().data("k");
            reply.acknowledgeArgs(value.empty() ? "null" : value);
          });
        });
    const auto client = rig.connect();
    std::size_t asked = 0;
    const auto get = [&] {
      rig.send(client.session, R"(21["get"])");
      return rig.wait(client.session, ++asked).back();
    };
    CPPUNIT_ASSERT_EQUAL(std::string("31[null]"), get());
    rig.send(client.session, R"(2["set",{"a":1}])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(31[{"a":1}])"), get());
    rig.send(client.session, R"(2["set","more than twenty bytes are not kept"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(31[{"a":1}])"), get());
    plugin.context->sockets().setData(everybody(), "k", "2");
    CPPUNIT_ASSERT_EQUAL(std::string("31[2]"), get());
    plugin.context->sockets().setData(everybody(), "k", "not JSON");
    CPPUNIT_ASSERT_EQUAL(std::string("31[2]"), get());
    rig.send(client.session, R"(2["set"])");
    CPPUNIT_ASSERT_EQUAL(std::string("31[null]"), get());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SocketsTest);

}  // namespace chat::gateway
