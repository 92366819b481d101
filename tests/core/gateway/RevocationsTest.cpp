#include <cppunit/extensions/HelperMacros.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <optional>
#include <string>
#include <vector>

#include "PluginRig.h"
#include "gateway/endpoint/Revocations.h"

namespace chat::gateway {

namespace {

using Lines = std::vector<std::string>;

/// Finds out who it is at once, and lets them in when the test says so.
class SlowDoor final : public plugin::ConnectHandler {
 public:
  ~SlowDoor() override { letIn(); }
  void connect(plugin::Admission& admission) override {
    admission.setIdentity({{"anna"}, "Anna", "token", {}});
    if (_holds) admission.holdEmits();
    lookedUp.set_value();
    if (!_holds) _open.wait();
  }
  /// Three messages, the last two when the test says so.
  void connected(const plugin::Caller&, std::string_view, plugin::Replay& replay) override {
    replay.emit("m", "1", 1);
    _open.wait();
    replay.emit("m", "2", 2);
    wentOn.set_value(replay.release() && replay.emit("m", "3", 3));
  }
  void letIn() {
    if (!std::exchange(_isOpen, true)) _opened.set_value();
  }
  void hold() { _holds = true; }
  std::promise<void> lookedUp;
  std::promise<bool> wentOn;

 private:
  bool _holds = false;
  bool _isOpen = false;
  std::promise<void> _opened;
  const std::shared_future<void> _open{_opened.get_future()};
};

void whoAmI(const plugin::Request& request, plugin::Reply& reply) {
  const auto* who = request.caller().identity();
  reply.acknowledgeArgs('"' + (who ? who->name : std::string("nobody")) + '"');
}

void logInAs(const plugin::Request&, plugin::Reply& reply) {
  reply.setIdentity(plugin::Identity{{"bob"}, "Bob", "another token", {}});
  reply.acknowledgeArgs("");
}

}  // namespace

class RevocationsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RevocationsTest);
  CPPUNIT_TEST(aWatchKnowsWhatCameAfterIt);
  CPPUNIT_TEST(aLongChainGoesAtOnce);
  CPPUNIT_TEST(whoIsOnTheWayInWhenItIsRevokedIsNobody);
  CPPUNIT_TEST(aReplayEndsWithItsIdentity);
  CPPUNIT_TEST(aReplayIsNotForWhoeverLogsInMeanwhile);
  CPPUNIT_TEST(whatALoopWasToldComesBeforeWhatIsReadAfterIt);
  CPPUNIT_TEST_SUITE_END();

  void aWatchKnowsWhatCameAfterIt() {
    Revocations revocations;
    revocations.add("before", "");
    const auto watch = revocations.watch();
    CPPUNIT_ASSERT(!watch.find("before"));
    CPPUNIT_ASSERT(!watch.find(""));
    revocations.add("one", "why");
    revocations.add("two", "");
    const auto later = revocations.watch();
    CPPUNIT_ASSERT_EQUAL(std::string("why"), *watch.find("one"));
    CPPUNIT_ASSERT(watch.find("two"));
    CPPUNIT_ASSERT(!watch.find("before"));
    CPPUNIT_ASSERT(!later.find("two"));
  }

  void aLongChainGoesAtOnce() {
    Revocations revocations;
    std::optional watch(revocations.watch());
    for (int i = 0; i < 1'000'000; ++i) revocations.add({}, {});
    watch.reset();
    CPPUNIT_ASSERT(!revocations.watch().find({}));
  }

  void load(PluginRig& rig, SlowDoor& door) {
    rig.load({"whoami", "login"}, [&door](ScriptedPlugin& plugin, plugin::Context&, plugin::Registrar& registrar) {
      registrar.onConnect(0, door);
      plugin.on(registrar, "whoami", plugin::Execution::Inline, whoAmI);
      plugin.on(registrar, "login", plugin::Execution::Inline, logInAs);
    });
  }

  /// A client in the middle of its replay, which goes on when the door lets it in.
  auto& inReplay(PluginRig& rig, SlowDoor& door) {
    door.hold();
    load(rig, door);
    auto& session = rig.open();
    rig.send(session, "0");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(2["m",1])"), rig.wait(session, 2)[1]);
    return session;
  }

  void whoIsOnTheWayInWhenItIsRevokedIsNobody() {
    SlowDoor door;
    PluginRig rig;
    load(rig, door);
    auto& session = rig.open();
    rig.send(session, "0");
    door.lookedUp.get_future().wait();
    rig.gateway.emitter().revoke("token");
    door.letIn();
    CPPUNIT_ASSERT(rig.wait(session, 1)[0].starts_with(R"(0{"sid":")"));
    rig.send(session, R"(27["whoami"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(37["nobody"])"), rig.wait(session, 2)[1]);
  }

  void aReplayEndsWithItsIdentity() {
    SlowDoor door;
    PluginRig rig;
    auto& session = inReplay(rig, door);
    rig.gateway.emitter().revoke("token");
    door.letIn();
    CPPUNIT_ASSERT(!door.wentOn.get_future().get());
    // It is where it was, as nobody.
    rig.send(session, R"(27["whoami"])");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(37["nobody"])"), rig.wait(session, 3)[2]);
  }

  void aReplayIsNotForWhoeverLogsInMeanwhile() {
    SlowDoor door;
    PluginRig rig;
    auto& session = inReplay(rig, door);
    rig.send(session, R"(27["login"])");
    rig.wait(session, 3);
    door.letIn();
    CPPUNIT_ASSERT(!door.wentOn.get_future().get());
    rig.gateway.emitter().emit(plugin::Target::toUser({"bob"}), "m", "9", {.position = 1}, {});
    CPPUNIT_ASSERT_EQUAL(std::string(R"(2["m",9])"), rig.wait(session, 4)[3]);
  }

  // The loop is at work while it is told something, and then its client has sent something.
  void whatALoopWasToldComesBeforeWhatIsReadAfterIt() {
    net::LoopGroup loops(1, {});
    loops.start();
    const int client = ::eventfd(0, EFD_NONBLOCK);
    Lines order;
    std::promise<void> done;
    const auto note = [&](const char* what) {
      order.emplace_back(what);
      if (order.size() == 2) done.set_value();
    };
    loops.onEach([&](net::Loop& loop) {
      loop.watch(client, [&] {
        eventfd_t value = 0;
        ::eventfd_read(client, &value);
        note("read");
      });
    });
    std::promise<void> atWork;
    std::promise<void> goOn;
    loops.at(0).post([&] {
      atWork.set_value();
      goOn.get_future().wait();
    });
    atWork.get_future().wait();
    loops.at(0).post([&] { note("told"); });
    ::eventfd_write(client, 1);
    goOn.set_value();
    done.get_future().wait();
    loops.stop();
    ::close(client);
    CPPUNIT_ASSERT((order == Lines{"told", "read"}));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RevocationsTest);

}  // namespace chat::gateway
