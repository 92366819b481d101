#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/emission/RecoveryLog.h"
#include "gateway/emission/RecoveryOffset.h"
#include "gateway/endpoint/RecoverableSession.h"

namespace chat::gateway {
namespace {

using Lines = std::vector<std::string>;

constexpr auto Pid = "Aprivateid0123456789";
constexpr auto Tag = "privat";

/// A log, a session and a clock; everything that is emitted has an event `m` with its number or text.
struct Rig {
  explicit Rig(RecoveryOptions given = {}) : options(given), log(options) {}

  void emit(plugin::Target target, std::string_view args, std::uint64_t position = 0, bool isVolatile = false) {
    auto emission = std::make_shared<Emission>();
    emission->target = std::move(target);
    emission->event = "m";
    emission->args = args;
    emission->options = {.isVolatile = isVolatile, .position = position};
    emission->sequence = ++sequence;
    if (emission->target.kind != plugin::Target::Kind::User) {
      emission->encoded =
          socketio::EncodedEvent::of("/", "m", withArgument(args, RecoveryOffset::argument(sequence)), {});
    }
    log.add(emission, now);
  }
  void direct(std::string_view args, std::uint64_t position = 0) {
    session.sent(socketio::EncodedEvent::of("/", "m", withArgument(args, session.nextOffset()), {}), {}, position, now);
  }
  void toAll(std::string_view args) { emit(plugin::Target::toNamespace("/"), args); }
  void toUser(std::string_view args, std::uint64_t position) { emit(plugin::Target::toUser({"anna"}), args, position); }
  void leave() {
    session.leave(now - options.confirmedAfter, {nullptr, {}, now + options.maxDisconnectionDuration, {}});
  }
  /// The texts of the packets; `nothing` where it can't be recovered.
  Lines missed(std::string_view offset) const {
    const auto missed = session.missed(offset);
    if (!missed) return {"nothing"};
    Lines lines;
    for (const auto& event : missed->events) lines.emplace_back(event.packets[0].payload());
    return lines;
  }
  std::string offset(std::uint64_t after, std::uint64_t direct) const {
    auto text = RecoveryOffset::argument(after, direct, Tag);
    return text.substr(1, text.size() - 2);
  }

  RecoveryOptions options;
  base::TimePoint now{base::Duration{1'000'000}};
  std::uint64_t sequence = 0;
  RecoveryLog log;
  RecoverableSession session{Pid, "/", "socket", log, options.maxBytesPerSocket};
};

class RecoverableSessionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RecoverableSessionTest);
  CPPUNIT_TEST(offsetsAreRead);
  CPPUNIT_TEST(manyAndAloneComeInTheirOrder);
  CPPUNIT_TEST(anOffsetOfAnotherSessionCountsFromTheStart);
  CPPUNIT_TEST(onlyWhatWasMeantForIt);
  CPPUNIT_TEST(positionsComeOnce);
  CPPUNIT_TEST(volatileOnesAreCountedAndNotKept);
  CPPUNIT_TEST(whatIsTooOldHasCome);
  CPPUNIT_TEST(whatIsLostIsNotRecovered);
  CPPUNIT_TEST(tooMuchIsNotRecovered);
  CPPUNIT_TEST(anotherUserGetsNothingOfTheFirst);
  CPPUNIT_TEST_SUITE_END();

 public:
  void offsetsAreRead() {
    CPPUNIT_ASSERT_EQUAL(std::string(R"("17")"), RecoveryOffset::argument(17));
    CPPUNIT_ASSERT_EQUAL(std::string(R"("17.3.privat")"), RecoveryOffset::argument(17, 3, Tag));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{17}, RecoveryOffset::parse("17", Tag)->sequence);
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{3}, RecoveryOffset::parse("17.3.privat", Tag)->direct);
    for (const std::string_view text : {"", "x", "-1", "17.", "17.3", "17.3.", "17.3.other", "17.x.privat", "17 ",
                                        "99999999999999999999", "17.3.privatx"}) {
      CPPUNIT_ASSERT_MESSAGE(std::string(text), !RecoveryOffset::parse(text, Tag));
    }
    CPPUNIT_ASSERT_EQUAL(std::string("1,2"), withArgument("1", "2"));
    CPPUNIT_ASSERT_EQUAL(std::string("2"), withArgument("", "2"));
  }

  void manyAndAloneComeInTheirOrder() {
    Rig rig;
    rig.direct("1");
    rig.toAll("2");
    rig.direct("3");
    rig.direct("4");
    rig.toAll("5");
    rig.direct("6");
    rig.leave();
    rig.toAll("7");
    const Lines all = {R"(2["m",1,"0.1.privat"])", R"(2["m",2,"1"])", R"(2["m",3,"1.2.privat"])",
                       R"(2["m",4,"1.3.privat"])", R"(2["m",5,"2"])", R"(2["m",6,"2.4.privat"])",
                       R"(2["m",7,"3"])"};
    CPPUNIT_ASSERT(all == rig.missed(""));
    // Each event's own offset leads to those after it.
    const Lines offsets = {"0.1.privat", "1", "1.2.privat", "1.3.privat", "2", "2.4.privat", "3"};
    for (std::size_t i = 0; i < offsets.size(); ++i) {
      CPPUNIT_ASSERT_MESSAGE(
          offsets[i], Lines(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end()) == rig.missed(offsets[i]));
    }
  }

  void anOffsetOfAnotherSessionCountsFromTheStart() {
    Rig rig;
    rig.direct("1");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.missed("0.7.others").size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, rig.missed("some text of an application").size());
  }

  void onlyWhatWasMeantForIt() {
    Rig rig;
    rig.emit(plugin::Target::toRoom("/", "room"), "0");
    rig.session.joined("room");
    rig.session.joined("room");
    rig.emit(plugin::Target::toRoom("/", "room"), "1");
    rig.emit(plugin::Target::toRoom("/other", "room"), "0");
    rig.emit(plugin::Target::toRoom("/", "elsewhere"), "0");
    rig.emit(plugin::Target::toSocket("/", "socket"), "2");
    rig.emit(plugin::Target::toSocket("/", "another"), "0");
    rig.emit(plugin::Target::toNamespace("/other"), "0");
    auto others = plugin::Target::toNamespace("/");
    others.exceptSocketId = "socket";
    rig.emit(others, "0");
    others.exceptSocketId.clear();
    others.exceptRooms = {"room"};
    rig.emit(others, "0");
    rig.session.left("room");
    rig.emit(others, "3");
    rig.emit(plugin::Target::toRoom("/", "room"), "0");
    rig.emit(plugin::Target::toUser({"anna"}), "0");
    rig.leave();
    const auto lines = rig.missed("");
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, lines.size());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      CPPUNIT_ASSERT(lines[i].starts_with(R"(2["m",)" + std::to_string(i + 1)));
    }
    CPPUNIT_ASSERT(rig.session.rooms().empty());
  }

  // What a replay has sent isn't sent again because it was emitted as well, and the other way round.
  void positionsComeOnce() {
    Rig rig;
    const plugin::Identity anna{{"anna"}, "Anna", "t", {}};
    rig.session.identified(&anna);
    rig.direct("1", 1);  // replayed
    rig.direct("2", 2);
    rig.toUser("2", 2);  // and emitted, but not sent, as the replay had sent it
    rig.toUser("3", 3);
    rig.leave();
    rig.toUser("4", 4);
    CPPUNIT_ASSERT((Lines{R"(2["m",3,"2"])", R"(2["m",4,"3"])"}) == rig.missed(rig.offset(0, 2)));
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{4}, rig.session.missed(rig.offset(0, 2))->positions.last({}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, rig.missed("").size());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{2}, rig.session.missed(rig.offset(3, 2))->positions.last({}));
  }

  void volatileOnesAreCountedAndNotKept() {
    Rig rig;
    rig.emit(plugin::Target::toNamespace("/"), "1", 0, true);
    rig.toAll("2");
    rig.leave();
    CPPUNIT_ASSERT((Lines{R"(2["m",2,"2"])"}) == rig.missed(""));
    CPPUNIT_ASSERT((Lines{R"(2["m",2,"2"])"}) == rig.missed("1"));
    CPPUNIT_ASSERT(rig.missed("2").empty());
  }

  void whatIsTooOldHasCome() {
    Rig rig;
    rig.toAll("1");
    rig.direct("2");
    rig.now += rig.options.confirmedAfter + base::Duration{1};
    rig.toAll("3");
    rig.leave();
    CPPUNIT_ASSERT((Lines{R"(2["m",3,"2"])"}) == rig.missed(""));
    // Also when the log doesn't go back to it any more.
    Rig idle;
    idle.toAll("1");
    idle.now += idle.options.maxDisconnectionDuration + idle.options.confirmedAfter + base::Duration{1};
    idle.toAll("2");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, idle.log.entries().size());
    idle.leave();
    CPPUNIT_ASSERT((Lines{R"(2["m",2,"2"])"}) == idle.missed(""));
  }

  void whatIsLostIsNotRecovered() {
    RecoveryOptions options;
    options.maxPackets = 2;
    Rig rig(options);
    for (const auto* number : {"1", "2", "3"}) rig.toAll(number);
    rig.leave();
    CPPUNIT_ASSERT((Lines{"nothing"}) == rig.missed(""));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rig.missed("1").size());
    Rig alone(options);
    for (const auto* number : {"1", "2", "3"}) alone.direct(number);
    alone.leave();
    CPPUNIT_ASSERT((Lines{"nothing"}) == alone.missed(""));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, alone.missed(alone.offset(0, 1)).size());
  }

  void tooMuchIsNotRecovered() {
    RecoveryOptions options;
    options.maxBytesPerSocket = 6000;
    Rig rig(options);
    const std::string large = '"' + std::string(1000, 'x') + '"';
    rig.toAll(large);
    rig.toAll(large);
    rig.leave();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rig.missed("").size());
    rig.toAll(large);
    CPPUNIT_ASSERT((Lines{"nothing"}) == rig.missed(""));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, rig.missed("1").size());
  }

  void anotherUserGetsNothingOfTheFirst() {
    Rig rig;
    const plugin::Identity anna{{"anna"}, "Anna", "t", {}};
    const plugin::Identity ben{{"ben"}, "Ben", "u", {}};
    rig.session.identified(&anna);
    rig.toUser("1", 1);
    rig.session.identified(&ben);
    rig.toUser("2", 2);
    rig.emit(plugin::Target::toUser({"ben"}), "3", 1);
    rig.leave();
    CPPUNIT_ASSERT((Lines{R"(2["m",3,"3"])"}) == rig.missed(""));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RecoverableSessionTest);

}  // namespace
}  // namespace chat::gateway
