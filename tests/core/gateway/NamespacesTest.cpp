// Namespaces that plugins say there are (plugin::NamespaceHandler).
#include <cppunit/extensions/HelperMacros.h>

#include <future>
#include <mutex>

#include "PluginRig.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

using plugin::AppError;
using plugin::Execution;
using Lines = std::vector<std::string>;

constexpr std::string_view Invalid = R"({"message":"Invalid namespace"})";

/// Accepts the names that begin with its prefix, and notes what it was asked.
class Names final : public plugin::NamespaceHandler {
 public:
  explicit Names(std::string prefix, Execution execution = Execution::Worker)
      : _prefix(std::move(prefix)), _execution(execution) {}
  Execution execution() const noexcept override { return _execution; }
  bool accepts(std::string_view nsp, std::string_view auth, const plugin::Caller& caller) override {
    CPPUNIT_ASSERT_EQUAL(std::string(nsp), std::string(caller.nsp()));
    {
      const std::lock_guard lock(_mutex);
      _asked.push_back(std::string(nsp) + " " + std::string(auth));
    }
    if (asked) asked();
    if (nsp == "/own-words") throw AppError(403, "not this one");
    if (nsp == "/fault") throw std::runtime_error("a secret");
    return nsp.starts_with(_prefix);
  }
  Lines all() const {
    const std::lock_guard lock(_mutex);
    return _asked;
  }
  std::function<void()> asked;

 private:
  std::string _prefix;
  Execution _execution;
  mutable std::mutex _mutex;
  Lines _asked;
};

/// Refuses whoever doesn't say `{"in":true}`.
struct Door final : plugin::ConnectHandler {
  void connect(plugin::Admission& admission) override {
    if (admission.caller().nsp() != "/" && admission.auth() != R"({"in":true})") throw AppError(401, "no");
  }
};

constexpr auto Echo = [](const plugin::Request& request, plugin::Reply& reply) {
  reply.acknowledgeArgs(request.args());
};

void load(PluginRig& rig, plugin::NamespaceHandler& handler, const plugin::PluginLimits& limits = {}) {
  rig.load(
      {}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) { registrar.onNamespace(handler); },
      limits);
}

plugin::PluginLimits impatient() {
  plugin::PluginLimits limits;
  limits.timeout = std::chrono::milliseconds(50);
  limits.faults = {3, base::Duration(60'000), base::Duration(60'000)};
  return limits;
}

socketio::Options atMost(std::size_t children) {
  socketio::Options options;
  options.maxChildNamespaces = children;
  return options;
}

}  // namespace

class NamespacesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NamespacesTest);
  CPPUNIT_TEST(aNameThatAHandlerAcceptsIsServed);
  CPPUNIT_TEST(handlersAreAskedInTurnUntilOneAccepts);
  CPPUNIT_TEST(aNameThatNobodyAcceptsIsInvalid);
  CPPUNIT_TEST(aHandlerRefusesInItsOwnWords);
  CPPUNIT_TEST(aServedNameIsAskedForNoMore);
  CPPUNIT_TEST(connectHandlersFollow);
  CPPUNIT_TEST(thereAreNoMoreThanMay);
  CPPUNIT_TEST(anEmptyOneGoesWhereTheSettingSaysSo);
  CPPUNIT_TEST(whoLeavesMeanwhileLeavesNothing);
  CPPUNIT_TEST(packetsBeforeTheAnswerEndTheConnection);
  CPPUNIT_TEST(namespacesOutliveTheirPlugin);
  CPPUNIT_TEST(aHandlerThatTakesTooLongIsAnsweredFor);
  CPPUNIT_TEST(handlersThatFailServeNothingForAWhile);
  CPPUNIT_TEST(aSlowInlineHandlerIsMovedToWorkers);
  CPPUNIT_TEST_SUITE_END();

 public:
  void aNameThatAHandlerAcceptsIsServed() {
    for (const auto execution : {Execution::Worker, Execution::Inline}) {
      Names names("/room-", execution);
      PluginRig rig;
      load(rig, names);
      rig.load({"echo"}, [&](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
        plugin.on(registrar, "echo", Execution::Inline, Echo);
      });
      const auto client = rig.connect();
      CPPUNIT_ASSERT(names.all().empty());
      CPPUNIT_ASSERT(!rig.serves(0, "/room-1"));
      CPPUNIT_ASSERT_EQUAL(std::string(R"(0/room-1,{"sid":")"), ask(rig, client, R"(0/room-1,{"a":1})").substr(0, 17));
      CPPUNIT_ASSERT((Lines{R"(/room-1 {"a":1})"}) == names.all());
      CPPUNIT_ASSERT_EQUAL(std::string("3/room-1,1[7]"), ask(rig, client, R"(2/room-1,1["echo",7])"));
    }
  }

  void handlersAreAskedInTurnUntilOneAccepts() {
    Names first("/a");
    Names second("/", Execution::Inline);
    Names third("/");
    PluginRig rig;
    load(rig, first);
    load(rig, second);
    load(rig, third);
    const auto client = rig.connect();
    CPPUNIT_ASSERT(ask(rig, client, "0/b").starts_with("0/b,"));
    CPPUNIT_ASSERT((Lines{"/b {}"}) == first.all());
    CPPUNIT_ASSERT((Lines{"/b {}"}) == second.all());
    CPPUNIT_ASSERT(third.all().empty());
  }

  void aNameThatNobodyAcceptsIsInvalid() {
    for (const auto execution : {Execution::Worker, Execution::Inline}) {
      Names names("/room-", execution);
      PluginRig rig;
      load(rig, names);
      const auto client = rig.connect();
      CPPUNIT_ASSERT_EQUAL("4/other," + std::string(Invalid), ask(rig, client, "0/other"));
      const auto tooLong = "/room-" + std::string(300, 'x');
      CPPUNIT_ASSERT_EQUAL("4" + tooLong + "," + std::string(Invalid), ask(rig, client, "0" + tooLong));
      CPPUNIT_ASSERT_EQUAL(std::size_t(1), names.all().size());
      CPPUNIT_ASSERT(!rig.serves(0, "/other"));
      // The client may go on.
      CPPUNIT_ASSERT(ask(rig, client, "0/room-1").starts_with("0/room-1,"));
    }
  }

  void aHandlerRefusesInItsOwnWords() {
    for (const auto execution : {Execution::Worker, Execution::Inline}) {
      Names names("/", execution);
      PluginRig rig;
      load(rig, names);
      const auto client = rig.connect();
      CPPUNIT_ASSERT(ask(rig, client, "0/own-words").starts_with(R"(4/own-words,{"message":"not this one","data":)"));
      const auto fault = ask(rig, client, "0/fault");
      CPPUNIT_ASSERT_MESSAGE(fault, fault.starts_with(R"(4/fault,{"message":"Something went wrong)"));
      CPPUNIT_ASSERT(fault.find("secret") == std::string::npos);
      CPPUNIT_ASSERT(!rig.serves(0, "/own-words") && !rig.serves(0, "/fault"));
    }
  }

  void aServedNameIsAskedForNoMore() {
    Names names("/");
    PluginRig rig;
    load(rig, names);
    const auto first = rig.connect();
    const auto second = rig.connect();
    ask(rig, first, "0/a");
    CPPUNIT_ASSERT(ask(rig, second, "0/a").starts_with("0/a,"));
    CPPUNIT_ASSERT_EQUAL(std::size_t(1), names.all().size());
  }

  void connectHandlersFollow() {
    for (const auto execution : {Execution::Worker, Execution::Inline}) {
      Names names("/a", execution);
      Door door;
      PluginRig rig;
      rig.load({}, [&](ScriptedPlugin&, plugin::Context&, plugin::Registrar& registrar) {
        registrar.onNamespace(names);
        registrar.onConnect(1, door);
      });
      const auto client = rig.connect();
      CPPUNIT_ASSERT(ask(rig, client, "0/a").starts_with(R"(4/a,{"message":"no")"));
      CPPUNIT_ASSERT(ask(rig, client, R"(0/a,{"in":true})").starts_with("0/a,"));
      CPPUNIT_ASSERT_EQUAL("4/b," + std::string(Invalid), ask(rig, client, R"(0/b,{"in":true})"));
    }
  }

  void thereAreNoMoreThanMay() {
    for (const auto execution : {Execution::Worker, Execution::Inline}) {
      Names names("/", execution);
      PluginRig rig({}, atMost(2));
      load(rig, names);
      const auto client = rig.connect();
      CPPUNIT_ASSERT(ask(rig, client, "0/a").starts_with("0/a,"));
      CPPUNIT_ASSERT(ask(rig, client, "0/b").starts_with("0/b,"));
      CPPUNIT_ASSERT_EQUAL("4/c," + std::string(Invalid), ask(rig, client, "0/c"));
      rig.send(client.session, "1/a,");  // an empty one makes room
      CPPUNIT_ASSERT(ask(rig, client, "0/c").starts_with("0/c,"));
      CPPUNIT_ASSERT(!rig.serves(0, "/a"));
    }
  }

  void anEmptyOneGoesWhereTheSettingSaysSo() {
    for (const bool cleanup : {false, true}) {
      Names names("/");
      auto options = atMost(10);
      options.cleanupEmptyChildNamespaces = cleanup;
      PluginRig rig({}, options);
      load(rig, names);
      const auto client = rig.connect();
      ask(rig, client, "0/a");
      rig.send(client.session, "1/a,");
      CPPUNIT_ASSERT_EQUAL(!cleanup, rig.serves(0, "/a"));
      CPPUNIT_ASSERT(ask(rig, client, "0/a").starts_with("0/a,"));
      CPPUNIT_ASSERT_EQUAL(std::size_t(cleanup ? 2 : 1), names.all().size());
    }
  }

  void whoLeavesMeanwhileLeavesNothing() {
    Names names("/");
    std::promise<void> asked;
    std::promise<void> goOn;
    names.asked = [&] {
      asked.set_value();
      goOn.get_future().wait();
    };
    PluginRig rig;
    load(rig, names);
    const auto client = rig.connect();
    rig.send(client.session, "0/a");
    asked.get_future().wait();
    rig.close(client.session);
    CPPUNIT_ASSERT(!rig.serves(0, "/a"));
    goOn.set_value();
    names.asked = nullptr;
    const auto other = rig.connect();
    CPPUNIT_ASSERT(ask(rig, other, "0/b").starts_with("0/b,"));
    CPPUNIT_ASSERT(!rig.serves(0, "/a"));
  }

  // As while a connect handler decides.
  void packetsBeforeTheAnswerEndTheConnection() {
    Names names("/");
    std::promise<void> goOn;
    names.asked = [&] { goOn.get_future().wait(); };
    PluginRig rig;
    load(rig, names);
    const auto client = rig.connect();
    rig.send(client.session, "0/a");
    rig.send(client.session, "0/a");  // asked again: nothing changes
    rig.on(client.session.loop(), [&] { CPPUNIT_ASSERT(!client.session.closed); });
    rig.send(client.session, R"(2/a,["early"])");
    rig.on(client.session.loop(), [&] { CPPUNIT_ASSERT(client.session.closed.has_value()); });
    goOn.set_value();
  }

  void namespacesOutliveTheirPlugin() {
    Names names("/");
    PluginRig rig;
    load(rig, names);
    const auto client = rig.connect();
    const auto other = rig.connect();
    ask(rig, client, "0/a");
    rig.remove(0);
    CPPUNIT_ASSERT(ask(rig, other, "0/a").starts_with("0/a,"));
    CPPUNIT_ASSERT_EQUAL("4/b," + std::string(Invalid), ask(rig, other, "0/b"));
  }

  void aHandlerThatTakesTooLongIsAnsweredFor() {
    Names names("/");
    std::promise<void> goOn;
    names.asked = [&] {
      if (names.all().back().starts_with("/late ")) goOn.get_future().wait();
    };
    Options options;
    options.admissionThreads = 1;
    PluginRig rig(options);
    load(rig, names, impatient());
    const auto client = rig.connect();
    const auto other = rig.connect();
    const auto refused = ask(rig, client, "0/late");
    CPPUNIT_ASSERT_MESSAGE(refused, refused.starts_with(R"(4/late,{"message":"The server took too long with this)"));
    CPPUNIT_ASSERT_MESSAGE(refused, refused.find(R"("code":"504")") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), totals(rig).timeouts);
    // The only thread has a substitute meanwhile, and what the late one says is dropped.
    CPPUNIT_ASSERT(ask(rig, other, "0/a").starts_with("0/a,"));
    goOn.set_value();
    while (rig.gateway.admissions().stuck() > 0) std::this_thread::yield();
    CPPUNIT_ASSERT(!rig.serves(0, "/late"));
  }

  void handlersThatFailServeNothingForAWhile() {
    for (const auto execution : {Execution::Worker, Execution::Inline}) {
      Names names("/", execution);
      PluginRig rig;
      load(rig, names, impatient());
      const auto client = rig.connect();
      CPPUNIT_ASSERT(ask(rig, client, "0/served").starts_with("0/served,"));
      for (int i = 0; i < 3; ++i) {
        const auto fault = ask(rig, client, "0/fault");
        CPPUNIT_ASSERT_MESSAGE(fault, fault.find(R"("code":"500")") != std::string::npos);
      }
      const auto refused = ask(rig, client, "0/a");
      CPPUNIT_ASSERT_MESSAGE(refused, refused.find(R"("code":"503")") != std::string::npos);
      CPPUNIT_ASSERT_EQUAL(std::size_t(4), names.all().size());
      CPPUNIT_ASSERT_EQUAL(std::uint64_t(3), totals(rig).faults);
      CPPUNIT_ASSERT_EQUAL(std::uint64_t(1), totals(rig).rejected);
      // What is there doesn't need it.
      const auto other = rig.connect();
      CPPUNIT_ASSERT(ask(rig, other, "0/served").starts_with("0/served,"));
    }
  }

  void aSlowInlineHandlerIsMovedToWorkers() {
    Names names("/", Execution::Inline);
    Options options;
    options.inlineLimit = base::Duration(2);
    PluginRig rig(options);
    load(rig, names);
    std::vector<std::thread::id> threads;
    names.asked = [&] {
      threads.push_back(std::this_thread::get_id());
      while (rig.gateway.movedHandlers() == 0) std::this_thread::yield();
    };
    const auto client = rig.connect();
    CPPUNIT_ASSERT(ask(rig, client, "0/a").starts_with("0/a,"));
    CPPUNIT_ASSERT(ask(rig, client, "0/b").starts_with("0/b,"));
    std::thread::id loop;
    rig.on(client.session.loop(), [&] { loop = std::this_thread::get_id(); });
    CPPUNIT_ASSERT(threads.at(0) == loop && threads.at(1) != loop);
  }

 private:
  static plugin::EventStats::Totals totals(PluginRig& rig) {
    return rig.generations[0]->statsOf(plugin::role::Namespace)->totals();
  }
  /// The one packet that the client is sent for that one.
  static std::string ask(PluginRig& rig, const PluginRig::Client& client, const std::string& packet) {
    rig.on(client.session.loop(), [&] { client.session.sent.clear(); });
    rig.send(client.session, packet);
    return rig.wait(client.session, 1)[0];
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamespacesTest);

}  // namespace chat::gateway
