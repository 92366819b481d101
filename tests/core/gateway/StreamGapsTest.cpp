#include <cppunit/extensions/HelperMacros.h>

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/gateway/Handlers.h"
#include "core/gateway/PluginRig.h"
#include "plugin/api/AppError.h"

namespace chat::gateway {
namespace {

using plugin::Target;
using Lines = std::vector<std::string>;

/// A store that several servers write to; each position's text is `"stored N"`.
class Store final : public plugin::StreamHandler {
 public:
  std::uint64_t last(const plugin::Identity& who) override {
    if (isAway) throw plugin::AppError(503, "away");
    const std::lock_guard lock(_mutex);
    ++asked;
    lastAsked = who.user.value;
    return _stored.empty() ? 0 : _stored.back();
  }
  void missed(const plugin::Caller&, std::uint64_t position, plugin::Replay& replay) override {
    if (isAway) throw plugin::AppError(503, "away");
    ++gaps;
    if (hold) hold->wait();
    std::vector<std::uint64_t> all;
    {
      const std::lock_guard lock(_mutex);
      all = _stored;
    }
    for (const auto each : all) {
      if (each > position && !replay.emit("m", "\"stored " + std::to_string(each) + '"', each)) return;
    }
    if (onRead) onRead();
  }
  /// Another server writes that.
  void add(std::uint64_t position) {
    const std::lock_guard lock(_mutex);
    _stored.push_back(position);
  }
  /// It is removed.
  void clear() {
    const std::lock_guard lock(_mutex);
    _stored.clear();
  }

  std::atomic<bool> isAway = false;
  std::atomic<int> asked = 0;
  std::atomic<int> gaps = 0;
  std::string lastAsked;
  Latch* hold = nullptr;
  std::function<void()> onRead;  ///< a gap was read, and its hold goes on

 private:
  std::mutex _mutex;
  std::vector<std::uint64_t> _stored;
};

/// Lets everybody in as Ann.
struct Door final : plugin::ConnectHandler {
  void connect(plugin::Admission& admission) override { admission.setIdentity({{"ann"}, "Ann", "token", {}}); }
};

class StreamGapsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StreamGapsTest);
  CPPUNIT_TEST(whatFollowsInOrderIsSentAtOnce);
  CPPUNIT_TEST(aGapIsFilledFromTheStore);
  CPPUNIT_TEST(whatComesWhileAGapIsFilledFollowsIt);
  CPPUNIT_TEST(aGapAmongThoseThatWaitIsFilledToo);
  CPPUNIT_TEST(whatWasRemovedFromTheStoreIsNotWaitedFor);
  CPPUNIT_TEST(aStreamBeginsWhenTheClientIsLetIn);
  CPPUNIT_TEST(aStreamBeginsWithTheIdentityThatAnEventGives);
  CPPUNIT_TEST(anotherUserOfTheSocketHasAnotherStream);
  CPPUNIT_TEST(withoutTheStoreNobodyBecomesKnown);
  CPPUNIT_TEST(aGapThatCannotBeFilledEndsTheConnection);
  CPPUNIT_TEST(withoutAHandlerEmitsFollowAnyway);
  CPPUNIT_TEST(aReplaySaysHowFarItHasCome);
  CPPUNIT_TEST(onePluginHasOneHandlerOfItsStream);
  CPPUNIT_TEST(theyAreForUsersAndHavePositions);
  CPPUNIT_TEST_SUITE_END();

  struct Chat {
    Chat() {
      rig.load({"login"}, [](auto& self, auto&, auto& registrar) {
        self.on(registrar, "login", plugin::Execution::Worker,
                [](const plugin::Request& request, plugin::Reply& reply) {
                  const std::string name(request.args().substr(1, request.args().size() - 2));
                  reply.setIdentity(plugin::Identity{{name}, name, "token of " + name, {}});
                  reply.acknowledge(0, "{}");
                });
      });
      plugin = &rig.load({}, [this](auto&, auto&, auto& registrar) { registrar.onStream(store); });
    }
    PluginRig::Client anonymous() { return rig.connect(); }
    void login(PluginRig::Client& client, const std::string& name = "ann") {
      rig.on(client.session.loop(), [&] { client.session.sent.clear(); });
      rig.send(client.session, R"(27["login",")" + name + R"("])");
      CPPUNIT_ASSERT_EQUAL(std::string("37[0,{}]"), rig.wait(client.session, 1).at(0));
      rig.on(client.session.loop(), [&] { client.session.sent.clear(); });
    }
    PluginRig::Client ann() {
      auto client = anonymous();
      login(client);
      return client;
    }
    void emit(std::uint64_t previous, std::uint64_t position, const std::string& user = "ann") const {
      plugin->context->emitter().emitAfter(previous, Target::toUser({user}), "m",
                                           "\"live " + std::to_string(position) + '"', {.position = position});
    }
    static Lines packets(const std::vector<std::string>& texts) {
      Lines packets;
      for (const auto& text : texts) packets.push_back(R"(2["m",")" + text + R"("])");
      return packets;
    }
    void require(PluginRig::Client& client, const std::vector<std::string>& texts) {
      const auto sent = rig.wait(client.session, texts.size());
      std::string all;
      for (const auto& packet : sent) all += packet + '\n';
      CPPUNIT_ASSERT_MESSAGE(all, packets(texts) == sent);
    }

    Store store;
    PluginRig rig;
    ScriptedPlugin* plugin;
  };

 public:
  void whatFollowsInOrderIsSentAtOnce() {
    Chat chat;
    chat.store.add(5);
    auto ann = chat.ann();
    chat.emit(5, 7);
    chat.emit(7, 8);
    chat.require(ann, {"live 7", "live 8"});
    CPPUNIT_ASSERT_EQUAL(0, chat.store.gaps.load());
  }

  void aGapIsFilledFromTheStore() {
    Chat chat;
    chat.store.add(5);
    auto ann = chat.ann();
    chat.store.add(6);
    chat.store.add(7);
    chat.store.add(8);
    chat.emit(7, 8);
    chat.emit(8, 9);
    chat.require(ann, {"stored 6", "stored 7", "stored 8", "live 9"});
    CPPUNIT_ASSERT_EQUAL(1, chat.store.gaps.load());
    chat.emit(9, 10);
    chat.require(ann, {"stored 6", "stored 7", "stored 8", "live 9", "live 10"});
    CPPUNIT_ASSERT_EQUAL(1, chat.store.gaps.load());
  }

  void whatComesWhileAGapIsFilledFollowsIt() {
    Chat chat;
    Latch hold;
    chat.store.hold = &hold;
    auto ann = chat.ann();
    chat.store.add(1);
    chat.emit(1, 2);
    chat.emit(2, 3);
    chat.emit(3, 4);
    hold.letGo();
    chat.require(ann, {"stored 1", "live 2", "live 3", "live 4"});
    CPPUNIT_ASSERT_EQUAL(1, chat.store.gaps.load());
  }

  void aGapAmongThoseThatWaitIsFilledToo() {
    Chat chat;
    auto ann = chat.ann();
    chat.store.add(1);
    bool isFirst = true;
    chat.store.onRead = [&] {  // on the thread that reads, before the hold ends
      if (!std::exchange(isFirst, false)) return;
      chat.store.add(3);
      chat.emit(3, 4);
      chat.emit(4, 5);
    };
    chat.emit(1, 2);
    chat.require(ann, {"stored 1", "live 2", "stored 3", "live 4", "live 5"});
    CPPUNIT_ASSERT_EQUAL(2, chat.store.gaps.load());
  }

  void whatWasRemovedFromTheStoreIsNotWaitedFor() {
    Chat chat;
    chat.store.add(1);
    auto ann = chat.ann();
    chat.store.clear();
    chat.emit(4, 5);
    chat.emit(5, 6);
    chat.require(ann, {"live 5", "live 6"});
    CPPUNIT_ASSERT_EQUAL(1, chat.store.gaps.load());
  }

  void aStreamBeginsWhenTheClientIsLetIn() {
    Chat chat;
    Door door;
    chat.rig.load({}, [&](auto&, auto&, auto& registrar) { registrar.onConnect(0, door); });
    auto ann = chat.anonymous();
    chat.store.add(1);
    chat.emit(1, 2);
    chat.require(ann, {"stored 1", "live 2"});
    CPPUNIT_ASSERT_EQUAL(std::string("ann"), chat.store.lastAsked);
  }

  void aStreamBeginsWithTheIdentityThatAnEventGives() {
    Chat chat;
    auto ann = chat.anonymous();
    CPPUNIT_ASSERT_EQUAL(0, chat.store.asked.load());
    chat.store.add(1);
    chat.login(ann);
    chat.store.add(2);
    chat.emit(2, 3);
    chat.require(ann, {"stored 2", "live 3"});
    // The same user goes on where he was.
    chat.store.add(4);
    chat.login(ann);
    CPPUNIT_ASSERT_EQUAL(1, chat.store.asked.load());
    chat.emit(4, 5);
    chat.require(ann, {"stored 4", "live 5"});
  }

  void anotherUserOfTheSocketHasAnotherStream() {
    Chat chat;
    auto client = chat.ann();
    chat.emit(0, 9);
    chat.require(client, {"live 9"});
    chat.login(client, "bea");
    CPPUNIT_ASSERT_EQUAL(2, chat.store.asked.load());
    chat.store.add(3);
    chat.emit(3, 4, "bea");
    chat.require(client, {"stored 3", "live 4"});
  }

  void withoutTheStoreNobodyBecomesKnown() {
    Chat chat;
    Door door;
    auto client = chat.anonymous();
    chat.store.isAway = true;
    chat.rig.send(client.session, R"(27["login","ann"])");
    const auto answer = chat.rig.waitFor(client.session, "37[1,");
    CPPUNIT_ASSERT_MESSAGE(answer, answer.find(R"("code":"503")") != std::string::npos);
    chat.emit(0, 1);  // reaches nobody
    chat.rig.load({}, [&](auto&, auto&, auto& registrar) { registrar.onConnect(0, door); });
    auto& refused = chat.rig.open();
    chat.rig.send(refused, "0");
    const auto refusal = chat.rig.waitFor(refused, "4");
    CPPUNIT_ASSERT_MESSAGE(refusal, refusal.find(R"("code":"503")") != std::string::npos);
  }

  void aGapThatCannotBeFilledEndsTheConnection() {
    Chat chat;
    auto ann = chat.ann();
    chat.store.isAway = true;
    chat.emit(1, 2);
    chat.rig.waitUntilClosed(ann.session);
    chat.rig.on(ann.session.loop(), [&] { CPPUNIT_ASSERT(ann.session.sent.empty()); });
  }

  void withoutAHandlerEmitsFollowAnyway() {
    Chat chat;
    auto& other = chat.rig.load({}, {});
    auto ann = chat.ann();
    const auto emitter = [&]() -> plugin::Emitter& { return other.context->emitter(); };
    emitter().emitAfter(0, Target::toUser({"ann"}), "m", "\"a\"", {.position = 1});
    emitter().emitAfter(5, Target::toUser({"ann"}), "m", "\"b\"", {.position = 6});
    chat.require(ann, {"a", "b"});
  }

  void aReplaySaysHowFarItHasCome() {
    struct Since final : plugin::ConnectHandler {
      void connect(plugin::Admission& admission) override {
        admission.setIdentity({{"ann"}, "Ann", "token", {}});
        admission.holdEmits();
      }
      void connected(const plugin::Caller&, std::string_view, plugin::Replay& replay) override {
        replay.releaseAt(5);
        released.letGo();
      }
      Latch released;
    };
    Chat chat;
    Since since;
    chat.rig.remove(1);
    chat.plugin = &chat.rig.load({}, [&](auto&, auto&, auto& registrar) {
      registrar.onStream(chat.store);
      registrar.onConnect(0, since);
    });
    auto ann = chat.anonymous();
    since.released.wait();
    CPPUNIT_ASSERT_EQUAL(0, chat.store.asked.load());
    chat.emit(4, 5);  // it has that one
    chat.store.add(6);
    chat.emit(6, 7);
    chat.require(ann, {"stored 6", "live 7"});
  }

  void onePluginHasOneHandlerOfItsStream() {
    PluginRig rig;
    Store one;
    Store two;
    CPPUNIT_ASSERT_THROW(rig.load({},
                                  [&](auto&, auto&, auto& registrar) {
                                    registrar.onStream(one);
                                    registrar.onStream(two);
                                  }),
                         std::exception);
    rig.generations.pop_back();
  }

  void theyAreForUsersAndHavePositions() {
    Chat chat;
    auto& emitter = chat.plugin->context->emitter();
    CPPUNIT_ASSERT_THROW(emitter.emitAfter(1, Target::toNamespace("/"), "m", "1", {.position = 2}),
                         std::invalid_argument);
    CPPUNIT_ASSERT_THROW(emitter.emitAfter(1, Target::toUser({"ann"}), "m", "1", {}), std::invalid_argument);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(StreamGapsTest);

}  // namespace
}  // namespace chat::gateway
