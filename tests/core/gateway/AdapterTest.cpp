// What plugins do to sockets and ask of them reaches an adapter as values, and nothing else does: an adapter between
// nodes needs no more than that. The one here keeps the values; its second answerer behaves as the test wants.
#include <cppunit/extensions/HelperMacros.h>

#include <stdexcept>

#include "gateway/adapter/AdapterEmitter.h"
#include "gateway/adapter/AdapterSockets.h"
#include "net/LoopGroup.h"

namespace chat::gateway {
namespace {

using plugin::Target;

class RecordingAdapter final : public Adapter {
 public:
  struct Emitted {
    Target target;
    std::string event;
    std::string args;
    std::vector<std::string> attachments;
    std::uint64_t position;
    plugin::Stream stream;
  };
  std::vector<Emitted> emitted;
  std::vector<Command> commands;
  std::vector<Ask> asked;
  std::shared_ptr<AckRound> ackRound;
  std::shared_ptr<CountRound> countRound;
  std::shared_ptr<FetchRound> fetchRound;

  void emit(const Emit& emit) override {
    emitted.push_back({emit.target,
                       std::string(emit.event),
                       std::string(emit.args),
                       {emit.attachments.begin(), emit.attachments.end()},
                       emit.options.position,
                       emit.stream});
  }
  void carryOut(Command command) override { commands.push_back(std::move(command)); }
  std::size_t answerers() const noexcept override { return 2; }
  void ask(Ask question, const std::shared_ptr<AckRound>& round) override {
    asked.push_back(std::move(question));
    ackRound = round;
  }
  void ask(Fetch, const std::shared_ptr<FetchRound>& round) override { fetchRound = round; }
  void ask(Count, const std::shared_ptr<CountRound>& round) override { countRound = round; }
  void ask(Online question, const std::shared_ptr<OnlineRound>& round) override {
    std::vector<bool> online(question.users.size(), false);
    round->add(0, online);
    online.back() = true;
    round->add(1, online);
  }
  void ask(Credentials question, const std::shared_ptr<CredentialsRound>& round) override {
    round->add(0, {question.after + "b", question.after + "c"});
    round->add(1, {question.after + "a", question.after + "b"});
  }
};

struct Rig {
  net::LoopGroup loops{1, {}};
  Options options;
  RecordingAdapter adapter;
  AdapterEmitter emitter{adapter, loops, options};
  AdapterSockets sockets{adapter, loops, options};
};

}  // namespace

class AdapterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AdapterTest);
  CPPUNIT_TEST(emitsAreValues);
  CPPUNIT_TEST(whatCannotBeSentReachesNoAdapter);
  CPPUNIT_TEST(commandsAreValues);
  CPPUNIT_TEST(countsAddUpOverAnswerers);
  CPPUNIT_TEST(aQuestionEndsWithoutTheSilentAnswerer);
  CPPUNIT_TEST(usersAreOnlineAnywhere);
  CPPUNIT_TEST(credentialsOfAllAnswerersAreInOneOrder);
  CPPUNIT_TEST(nothingWaitsOnALoop);
  CPPUNIT_TEST_SUITE_END();

 public:
  void emitsAreValues() {
    Rig rig;
    const std::string_view bytes("\0\1", 2);
    rig.emitter.emitIn(plugin::streamOf("chat"), Target::toUser({"ann"}), "m", "1,{\"_placeholder\":true,\"num\":0}",
                       {.position = 7}, std::span(&bytes, 1));
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.adapter.emitted.size());
    const auto& emitted = rig.adapter.emitted.front();
    CPPUNIT_ASSERT_EQUAL(std::string("ann"), emitted.target.user.value);
    CPPUNIT_ASSERT_EQUAL(std::string("m"), emitted.event);
    CPPUNIT_ASSERT(emitted.attachments == std::vector<std::string>{std::string(bytes)});
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{7}, emitted.position);
    CPPUNIT_ASSERT(plugin::streamOf("chat") == emitted.stream);
  }

  void whatCannotBeSentReachesNoAdapter() {
    Rig rig;
    const auto all = Target::toNamespace("/");
    CPPUNIT_ASSERT_THROW(rig.emitter.emit(all, "disconnect", "1", {}, {}), std::invalid_argument);
    CPPUNIT_ASSERT_THROW(rig.emitter.emit(all, "m", "{", {}, {}), std::invalid_argument);
    CPPUNIT_ASSERT_THROW(rig.sockets.ask(all, "m", "{", {}, {}, [](auto) {}), std::invalid_argument);
    CPPUNIT_ASSERT(rig.adapter.emitted.empty() && rig.adapter.asked.empty());
  }

  void commandsAreValues() {
    Rig rig;
    rig.emitter.join(Target::toRoom("/", "red"), "blue");
    rig.emitter.leave(Target::toSocket("/a", "id"), "blue");
    rig.emitter.disconnect(Target::toUser({"ann"}), true);
    rig.emitter.revoke("token");
    rig.emitter.endCredential("token", "logout", "id");
    rig.sockets.setData(Target::toNamespace("/"), "key", "[1]");
    const auto& commands = rig.adapter.commands;
    CPPUNIT_ASSERT_EQUAL(std::size_t{6}, commands.size());
    CPPUNIT_ASSERT_EQUAL(std::string("red"), std::get<Join>(commands[0]).target.rooms.at(0));
    CPPUNIT_ASSERT_EQUAL(std::string("blue"), std::get<Join>(commands[0]).room);
    CPPUNIT_ASSERT_EQUAL(std::string("id"), std::get<Leave>(commands[1]).target.socketId);
    CPPUNIT_ASSERT(std::get<Disconnect>(commands[2]).closeConnection);
    CPPUNIT_ASSERT_EQUAL(std::string("revoked"), std::get<Revoke>(commands[3]).reason);
    CPPUNIT_ASSERT_EQUAL(std::string("id"), std::get<Revoke>(commands[4]).exceptSocketId);
    CPPUNIT_ASSERT_EQUAL(std::string("[1]"), std::get<SetData>(commands[5]).value);
  }

  void countsAddUpOverAnswerers() {
    Rig rig;
    std::vector<std::size_t> counted;
    const auto pending =
        rig.sockets.count(Target::toNamespace("/"), [&](std::size_t number) { counted.push_back(number); });
    auto& round = *rig.adapter.countRound;
    round.add(1, 3);
    round.add(1, 3);  // doubled
    round.add(9, 5);  // nobody's who was asked
    CPPUNIT_ASSERT(counted.empty());
    round.add(0, 2);
    round.add(0, 2);  // late
    CPPUNIT_ASSERT(counted == std::vector<std::size_t>{5});
  }

  void aQuestionEndsWithoutTheSilentAnswerer() {
    Rig rig;
    std::vector<std::string> answers;
    bool isCutShort = false;
    int times = 0;
    plugin::AskOptions options;
    options.timeout = std::chrono::milliseconds(50);
    const auto pending = rig.sockets.ask(Target::toRoom("/", "red"), "q", "1", {}, options, [&](const auto& result) {
      for (const auto& answer : result->answers()) answers.emplace_back(answer.args);
      isCutShort = result->isCutShort();
      ++times;
    });
    CPPUNIT_ASSERT(std::chrono::milliseconds(50) == rig.adapter.asked.at(0).timeout);
    auto& round = *rig.adapter.ackRound;
    const auto place = round.ask(0, "ann", "/");
    round.finish(0);
    round.answer(place, "2", {});
    CPPUNIT_ASSERT_EQUAL(0, times);
    pending->end(plugin::AckMissing::Reason::TimedOut);
    round.answer(round.ask(1, "ben", "/"), "3", {});  // too late
    CPPUNIT_ASSERT_EQUAL(1, times);
    CPPUNIT_ASSERT(answers == std::vector<std::string>{"2"});
    CPPUNIT_ASSERT(isCutShort);
  }

  void usersAreOnlineAnywhere() {
    Rig rig;
    const std::vector<base::UserId> users{{"ann"}, {"ben"}};
    CPPUNIT_ASSERT((std::vector<bool>{false, true}) == rig.emitter.areOnline(users));
  }

  void credentialsOfAllAnswerersAreInOneOrder() {
    Rig rig;
    CPPUNIT_ASSERT((std::vector<std::string>{"xa", "xb"}) == rig.emitter.credentials("x", 2));
  }

  void nothingWaitsOnALoop() {
    Rig rig;
    rig.loops.start();
    bool isLoop = false;
    bool hasThrown = false;
    rig.loops.onEach([&](net::Loop&) {
      isLoop = rig.sockets.isLoop();
      try {
        rig.emitter.credentials("", 1);
      } catch (const std::logic_error&) {
        hasThrown = true;
      }
    });
    rig.loops.stop();
    CPPUNIT_ASSERT(isLoop && hasThrown);
    CPPUNIT_ASSERT(!rig.sockets.isLoop());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AdapterTest);

}  // namespace chat::gateway
