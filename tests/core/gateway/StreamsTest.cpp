#include <cppunit/extensions/HelperMacros.h>

#include <cstdint>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>

#include "core/gateway/PluginRig.h"

namespace chat::gateway {
namespace {

using plugin::Target;

/// Lets everybody in as Ann, replays one event and waits for the test before it ends the hold, at a position if it is
/// given one.
struct HoldingDoor final : plugin::ConnectHandler {
  HoldingDoor(std::string event, std::uint64_t position, std::optional<std::uint64_t> upTo = std::nullopt)
      : _event(std::move(event)), _position(position), _upTo(upTo) {}
  void connect(plugin::Admission& admission) override {
    admission.setIdentity({{"ann"}, "Ann", "token", {}});
    admission.holdEmits();
  }
  void connected(const plugin::Caller&, std::string_view, plugin::Replay& replay) override {
    begin.acquire();
    wasSent = replay.emit(_event, std::to_string(_position), _position);
    came.release();
    go.acquire();
    wasReleased = _upTo ? replay.releaseAt(*_upTo) : replay.release();
  }

  std::binary_semaphore begin{0};
  std::binary_semaphore came{0};
  std::binary_semaphore go{0};
  bool wasSent = false;
  bool wasReleased = false;

 private:
  const std::string _event;
  const std::uint64_t _position;
  const std::optional<std::uint64_t> _upTo;
};

class StreamsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StreamsTest);
  CPPUNIT_TEST(eachPluginHasItsOwn);
  CPPUNIT_TEST(aReplacedPluginGoesOnWithIt);
  CPPUNIT_TEST(theyAreForUsersAlone);
  CPPUNIT_TEST(aReplayHoldsThatOfItsPluginAlone);
  CPPUNIT_TEST(aReplayMaySayHowFarTheSocketHasCome);
  CPPUNIT_TEST(severalPluginsReplayOneAfterTheOther);
  CPPUNIT_TEST_SUITE_END();

  using Lines = std::vector<std::string>;

  static void login(PluginRig& rig) {
    rig.load({"login"}, [](auto& self, auto&, auto& registrar) {
      self.on(registrar, "login", plugin::Execution::Inline, [](const plugin::Request&, plugin::Reply& reply) {
        reply.setIdentity(plugin::Identity{{"ann"}, "Ann", "token", {}});
        reply.acknowledge(0, "{}");
      });
    });
  }
  static PluginRig::Client ann(PluginRig& rig) {
    auto client = rig.connect();
    rig.send(client.session, R"(27["login"])");
    rig.wait(client.session, 1);
    return client;
  }
  static void emit(ScriptedPlugin& plugin, std::string_view event, std::uint64_t position) {
    plugin.context->emitter().emit(Target::toUser({"ann"}), event, std::to_string(position), {.position = position},
                                   {});
  }

 public:
  void eachPluginHasItsOwn() {
    PluginRig rig;
    login(rig);
    auto& one = rig.load({}, {});
    auto& two = rig.load({}, {});
    auto client = ann(rig);
    emit(one, "one", 100);
    for (const std::uint64_t position : {1, 2, 2, 1}) emit(two, "two", position);
    emit(one, "one", 99);
    emit(one, "one", 101);
    const Lines wanted = {R"(37[0,{}])", R"(2["one",100])", R"(2["two",1])", R"(2["two",2])", R"(2["one",101])"};
    CPPUNIT_ASSERT(wanted == rig.wait(client.session, 5));
  }

  void aReplacedPluginGoesOnWithIt() {
    PluginRig rig;
    login(rig);
    auto client = ann(rig);
    auto* plugin = &rig.load({}, {});
    emit(*plugin, "m", 5);
    rig.remove(1);
    plugin = &rig.load({}, {});
    emit(*plugin, "m", 5);
    emit(*plugin, "m", 6);
    const Lines wanted = {R"(37[0,{}])", R"(2["m",5])", R"(2["m",6])"};
    CPPUNIT_ASSERT(wanted == rig.wait(client.session, 3));
  }

  void theyAreForUsersAlone() {
    PluginRig rig;
    auto& plugin = rig.load({"reply"}, [](auto& self, auto&, auto& registrar) {
      self.on(registrar, "reply", plugin::Execution::Worker, [](const plugin::Request&, plugin::Reply& reply) {
        reply.emitTo(Target::toNamespace("/"), "m", "1", {.position = 1}, {});
      });
    });
    auto client = rig.connect();
    for (const auto& target : {Target::toNamespace("/"), Target::toRoom("/", "r"), Target::toSocket("/", client.id)}) {
      CPPUNIT_ASSERT_THROW(plugin.context->emitter().emit(target, "m", "1", {.position = 1}, {}),
                           std::invalid_argument);
      plugin.context->emitter().emit(target, "m", "0", {}, {});
    }
    // To a plugin of 1.0 it means nothing there, as it did.
    plugin::PluginEmitter(rig.gateway.emitter(), "old", 0)
        .emit(Target::toRoom("/", "nobody"), "m", "1", {.position = 1}, {});
    rig.send(client.session, R"(27["reply"])");
    const auto sent = rig.wait(client.session, 4);  // to the namespace, to the socket, and the answer twice
    CPPUNIT_ASSERT_EQUAL_MESSAGE(sent[3], std::size_t{0}, sent[3].find(R"(37[1,{"errors":{"code":"500")"));
  }

  void aReplayHoldsThatOfItsPluginAlone() {
    PluginRig rig;
    HoldingDoor door("replayed", 3);
    auto& replaying = rig.load({}, [&](auto&, auto&, auto& registrar) { registrar.onConnect(0, door); });
    auto& other = rig.load({}, {});
    auto client = rig.connect();
    door.begin.release();
    door.came.acquire();
    emit(replaying, "live", 3);
    emit(replaying, "live", 4);
    emit(other, "other", 1);
    rig.wait(client.session, 2);
    door.go.release();
    const Lines wanted = {R"(2["replayed",3])", R"(2["other",1])", R"(2["live",4])"};
    CPPUNIT_ASSERT(wanted == rig.wait(client.session, 3));
  }

  void aReplayMaySayHowFarTheSocketHasCome() {
    PluginRig rig;
    HoldingDoor door("replayed", 3, 5);
    auto& plugin = rig.load({}, [&](auto&, auto&, auto& registrar) { registrar.onConnect(0, door); });
    auto client = rig.connect();
    door.begin.release();
    door.came.acquire();
    for (const std::uint64_t position : {4, 5, 6}) emit(plugin, "while", position);
    door.go.release();
    Lines wanted = {R"(2["replayed",3])", R"(2["while",6])"};
    CPPUNIT_ASSERT(wanted == rig.wait(client.session, 2));
    for (const std::uint64_t position : {5, 7}) emit(plugin, "later", position);
    wanted.emplace_back(R"(2["later",7])");
    CPPUNIT_ASSERT(wanted == rig.wait(client.session, 3));
  }

  void severalPluginsReplayOneAfterTheOther() {
    PluginRig rig;
    HoldingDoor first("first", 1);
    HoldingDoor second("second", 1);
    rig.load({}, [&](auto&, auto&, auto& registrar) { registrar.onConnect(0, first); });
    auto& plugin = rig.load({}, [&](auto&, auto&, auto& registrar) { registrar.onConnect(1, second); });
    auto client = rig.connect();
    first.begin.release();
    first.came.acquire();
    emit(plugin, "live", 1);
    emit(plugin, "live", 2);
    first.go.release();
    second.begin.release();
    second.came.acquire();
    CPPUNIT_ASSERT(first.wasReleased && second.wasSent);
    second.go.release();
    const Lines wanted = {R"(2["first",1])", R"(2["second",1])", R"(2["live",2])"};
    CPPUNIT_ASSERT(wanted == rig.wait(client.session, 3));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamsTest);

}  // namespace
}  // namespace chat::gateway
