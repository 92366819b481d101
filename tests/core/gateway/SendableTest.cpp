#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>
#include <string>

#include "core/gateway/PluginRig.h"
#include "gateway/emission/Sendable.h"

namespace chat::gateway {
namespace {

using plugin::Execution;
using plugin::Target;

struct Doorkeeper final : plugin::ConnectHandler {
  std::string message = "no";
  std::string data = "{}";
  void connect(plugin::Admission&) override { throw plugin::ConnectRefusal(401, message, data); }
};

/// What a client would end its connection upon is a fault of the plugin that sends it, and isn't sent.
class SendableTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SendableTest);
  CPPUNIT_TEST(emitsThrow);
  CPPUNIT_TEST(repliesAreFaults);
  CPPUNIT_TEST(refusalsAreFaults);
  CPPUNIT_TEST(withMsgpackNothingIsAPlaceholder);
  CPPUNIT_TEST_SUITE_END();

 public:
  void emitsThrow() {
    PluginRig rig;
    auto& emitter = rig.gateway.emitter();
    const auto all = Target::toNamespace("/");
    for (const auto* name :
         {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener", "\xff"}) {
      CPPUNIT_ASSERT_THROW(emitter.emit(all, name, "1", {}, {}), std::invalid_argument);
    }
    for (const auto* args : {"]", "1,", ",1", "{\"a\"}", "1 2", " ", "\"\xff\"", "nul"}) {
      CPPUNIT_ASSERT_THROW(emitter.emit(all, "m", args, {}, {}), std::invalid_argument);
    }
    const std::vector<std::string_view> attachments(11, "x");
    const auto* second = R"({"_placeholder":true,"num":1})";
    CPPUNIT_ASSERT_THROW(emitter.emit(all, "m", "1", {}, attachments), std::invalid_argument);
    CPPUNIT_ASSERT_THROW(emitter.emit(all, "m", second, {}, std::span(attachments).first(1)), std::invalid_argument);
    CPPUNIT_ASSERT_THROW(rig.gateway.sockets().ask(all, "disconnect", "1", {}, {}, [](auto) {}), std::invalid_argument);

    auto client = rig.connect();
    emitter.emit(all, "m", "", {}, {});
    emitter.emit(all, "", " 1 , 1e999 ", {}, {});
    emitter.emit(all, "m", second, {}, {});
    emitter.emit(all, "m", second, {}, std::span(attachments).first(2));
    const auto sent = rig.wait(client.session, 6);
    CPPUNIT_ASSERT_EQUAL(std::string(R"(2["m"])"), sent[0]);
    CPPUNIT_ASSERT_EQUAL(std::string(R"(2["", 1 , 1e999 ])"), sent[1]);
    CPPUNIT_ASSERT_EQUAL(R"(2["m",)" + std::string(second) + "]", sent[2]);
    CPPUNIT_ASSERT_EQUAL(R"(52-["m",)" + std::string(second) + "]", sent[3]);
  }

  void repliesAreFaults() {
    const std::vector<std::function<void(plugin::Reply&)>> wrongs = {
        [](auto& reply) { reply.answer(0, "{"); },
        [](auto& reply) { reply.acknowledge(0, "1,2"); },
        [](auto& reply) { reply.acknowledgeArgs("1,", false); },
        [](auto& reply) { reply.emit("connect", "1", false); },
        [](auto& reply) { reply.emit("m", "]", false); },
        [](auto& reply) { reply.emit("m", R"({"_placeholder":true,"num":1})", true); },
        [](auto& reply) { reply.emitTo(Target::toNamespace("/"), "disconnect", "", {}, {}); },
        [](auto& reply) { reply.broadcast("m", "\"\xff\"", "", {}); },
    };
    for (const auto execution : {Execution::Inline, Execution::Worker}) {
      for (const auto& wrong : wrongs) {
        PluginRig rig;
        rig.load({"x"}, [&](auto& self, auto&, auto& registrar) {
          self.on(registrar, "x", execution, [&](const plugin::Request&, plugin::Reply& reply) { wrong(reply); });
        });
        auto client = rig.connect();
        rig.send(client.session, R"(51-7["x",{"_placeholder":true,"num":0}])");
        rig.on(client.session.loop(), [&] { client.session.listener->onBinary(client.session, "b"); });
        const auto sent = rig.wait(client.session, 2);
        CPPUNIT_ASSERT_MESSAGE(sent[1], sent[1].starts_with(R"(37[1,{"errors":{"code":"500")"));
      }
    }
  }

  void refusalsAreFaults() {
    Doorkeeper door;
    PluginRig rig;
    rig.load({}, [&](auto&, auto&, auto& registrar) { registrar.onConnect(0, door); });
    for (const auto& [message, data] : {std::pair<std::string, std::string>{"no", "{"}, {"\xff", "{}"}, {"no", ""}}) {
      door.message = message;
      door.data = data;
      auto& session = rig.open();
      rig.send(session, "0");
      const auto sent = rig.wait(session, 1);
      const auto* code = data.empty() ? R"("code":"401")" : R"("code":"500")";
      CPPUNIT_ASSERT_MESSAGE(sent[0], sent[0].starts_with("4{") && sent[0].find(code) != std::string::npos);
    }
  }

  void withMsgpackNothingIsAPlaceholder() {
    Options options;
    options.parser = socketio::Parser::Msgpack;
    const Sendable sendable(options);
    sendable.requireArgs(R"({"_placeholder":true,"num":9})", 1);
    CPPUNIT_ASSERT_THROW(sendable.requireArgs("1", 11), std::invalid_argument);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SendableTest);

}  // namespace
}  // namespace chat::gateway
