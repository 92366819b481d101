#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "messages/MissedMessages.h"
#include "messages/ReplayHandler.h"
#include "plugins/support/ChatFixture.h"
#include "plugins/support/MessagesWithFeed.h"

namespace chat::test {

using namespace std::chrono_literals;

/// Reconnecting with `since`, as in docs/protocol.md.
class ReplayTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(ReplayTest);
  CPPUNIT_TEST(withoutSinceNothingIsReplayed);
  CPPUNIT_TEST(anyStringOfDigitsIsAPosition);
  CPPUNIT_TEST(anythingElseIsRefused);
  CPPUNIT_TEST(anonymousSocketsAreRefused);
  CPPUNIT_TEST(allThatWasMissedComesInOrder);
  CPPUNIT_TEST(othersMessagesStayTheirs);
  CPPUNIT_TEST(lidsAreTheSenders);
  CPPUNIT_TEST(rowsThatComeMeanwhileAreReadAgain);
  CPPUNIT_TEST(aSocketThatIsGoneIsLeftAlone);
  CPPUNIT_TEST(manyPages);
  CPPUNIT_TEST(manyConversations);
  CPPUNIT_TEST(moreConversationsThanAreKept);
  CPPUNIT_TEST(removedMessagesAreLeftOut);
  CPPUNIT_TEST(whatComesMeanwhileBelongsToTheNextRound);
  CPPUNIT_TEST(readingByPositionMissesNothing);
  CPPUNIT_TEST(whatWasReplayedIsNotEmittedAgain);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    addUser("ann", _ann);
    addUser("bob", _bob);
    addUser("carl", _carl);
    _messages = std::make_unique<MessagesWithFeed>(database(), emitter, clock);
    _handler = std::make_unique<messages::ReplayHandler>(database());
  }
  void tearDown() override {
    _messages.reset();
    _handler.reset();
    ChatFixture::tearDown();
  }

 private:
  /// The id of the message sent.
  std::uint64_t send(FakeSocket& from, const std::string& to, const std::string& text = "x") {
    clock.advance(1s);
    return std::stoull(from.send(*_messages, "messages",
                                 R"({"data":{"type":"msg","lid":"l)" + std::to_string(++_lids) +
                                     R"(","message":{"rid":")" + to + R"(","message_data":")" + text + "\"}}}")
                           .text("/data/id"));
  }
  static std::string sinceOf(const std::string& position) { return R"({"since":")" + position + "\"}"; }
  FakeReplay replay(FakeSocket& socket, const std::string& since) {
    FakeReplay replay;
    _handler->connected(socket, sinceOf(since), replay);
    return replay;
  }
  static std::vector<std::uint64_t> positions(const FakeReplay& replay) {
    std::vector<std::uint64_t> positions;
    for (const auto& emit : replay.emits) positions.push_back(emit.position);
    return positions;
  }

  void withoutSinceNothingIsReplayed() {
    CPPUNIT_ASSERT_EQUAL(0, _ann.connect({_handler.get()}, R"({"token":"x"})").code());
    CPPUNIT_ASSERT(!_ann.isHeld());
  }

  void anyStringOfDigitsIsAPosition() {
    for (const char* since : {"0", "7", "007", "18446744073709551616", "99999999999999999999999999999999"}) {
      CPPUNIT_ASSERT_EQUAL(0, _ann.connect({_handler.get()}, sinceOf(since)).code());
      CPPUNIT_ASSERT(_ann.isHeld());
    }
  }

  void anythingElseIsRefused() {
    for (const char* auth : {R"({"since":""})", R"({"since":5})", R"({"since":null})", R"({"since":"-1"})",
                             R"({"since":"+1"})", R"({"since":"1 "})", R"({"since":"1.0"})", R"({"since":"abc"})",
                             R"({"since":[]})", R"({"since":"\u0661"})"}) {
      const Answer answer = _ann.connect({_handler.get()}, auth);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(auth, 400, answer.code());
      CPPUNIT_ASSERT_EQUAL(std::string("since "), answer.detail().substr(0, 6));
      CPPUNIT_ASSERT(!_ann.isHeld());
    }
  }

  void anonymousSocketsAreRefused() {
    FakeSocket anonymous;
    CPPUNIT_ASSERT_EQUAL(401, anonymous.connect({_handler.get()}, sinceOf("0")).code());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("the document first", 400, anonymous.connect({_handler.get()}, sinceOf("x")).code());
  }

  void allThatWasMissedComesInOrder() {
    const std::vector<std::uint64_t> ids = {send(_ann, "bob", "one"), send(_bob, "ann", "two"),
                                            send(_ann, "ann", "three"), send(_carl, "ann", "four")};
    const FakeReplay all = replay(_ann, "0");
    CPPUNIT_ASSERT(ids == positions(all));
    CPPUNIT_ASSERT_EQUAL(1, all.releases);
    CPPUNIT_ASSERT_EQUAL(std::string("messages"), all.emits.front().event);
    CPPUNIT_ASSERT(all.emits[1].document.at_pointer("/data/message/message_data") == "two");
    CPPUNIT_ASSERT(all.emits[1].document.at_pointer("/data/id").as_string() == std::to_string(ids[1]));
    CPPUNIT_ASSERT((std::vector{ids[2], ids[3]}) == positions(replay(_ann, std::to_string(ids[1]))));
    CPPUNIT_ASSERT(positions(replay(_ann, std::to_string(ids[3]))).empty());
    CPPUNIT_ASSERT(positions(replay(_ann, "99999999999999999999999999")).empty());
  }

  void whatWasReplayedIsNotEmittedAgain() {
    const std::vector<std::uint64_t> ids = {send(_ann, "bob"), send(_bob, "ann"), send(_carl, "ann"),
                                            send(_bob, "carl")};
    const FakeReplay replay = this->replay(_ann, std::to_string(ids[0]));
    CPPUNIT_ASSERT((std::vector{ids[1], ids[2]}) == positions(replay));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("all up to the newest message of all", ids[3], replay.releasedAt);
  }

  void othersMessagesStayTheirs() {
    send(_bob, "carl");
    CPPUNIT_ASSERT(replay(_ann, "0").emits.empty());
  }

  void lidsAreTheSenders() {
    send(_ann, "bob");
    send(_ann, "ann");
    CPPUNIT_ASSERT(replay(_bob, "0").emits[0].document.at("data").as_object().if_contains("lid") == nullptr);
    for (const auto& emit : replay(_ann, "0").emits)
      CPPUNIT_ASSERT(emit.document.at("data").as_object().contains("lid"));
  }

  void rowsThatComeMeanwhileAreReadAgain() {
    const std::uint64_t before = send(_bob, "ann");
    std::vector<std::uint64_t> meanwhile;
    FakeReplay replay;
    replay.failReleases = 2;
    replay.beforeRelease = [&] {
      if (meanwhile.size() < 2) meanwhile.push_back(send(_bob, "ann"));
    };
    _handler->connected(_ann, sinceOf("0"), replay);
    CPPUNIT_ASSERT((std::vector{before, meanwhile[0], meanwhile[1]}) == positions(replay));
    CPPUNIT_ASSERT_EQUAL(3, replay.releases);

    // Also for a client that claims a position above the last message.
    FakeReplay above;
    above.failReleases = 1;
    above.beforeRelease = [&] { meanwhile.push_back(send(_bob, "ann")); };
    _handler->connected(_ann, sinceOf("99999999999999999999999999"), above);
    CPPUNIT_ASSERT((std::vector{meanwhile[2]}) == positions(above));
  }

  void aSocketThatIsGoneIsLeftAlone() {
    send(_bob, "ann");
    send(_bob, "ann");
    FakeReplay replay;
    replay.goneAfter = 1;
    _handler->connected(_ann, sinceOf("0"), replay);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, replay.emits.size());
    CPPUNIT_ASSERT_EQUAL(0, replay.releases);
  }

  void manyPages() {
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 250; ++i) ids.push_back(send(i % 3 == 0 ? _bob : _ann, i % 3 == 0 ? "ann" : "carl"));
    CPPUNIT_ASSERT(ids == positions(replay(_ann, "0")));
  }

  using Ids = std::vector<std::uint64_t>;
  std::uint64_t annsId() const { return std::stoull(_ann.identity()->user.value); }
  Ids readAll(std::uint64_t position, std::size_t rows, const messages::MissedMessages::Limits& limits) {
    messages::MissedMessages missed(database(), annsId(), position, limits);
    Ids ids;
    for (;;) {
      const auto page = missed.next(rows);
      if (page.empty()) break;
      CPPUNIT_ASSERT(page.size() <= rows);
      for (const auto& message : page) ids.push_back(message.id);
    }
    return ids;
  }
  /// Messages between ann and others, as many in each conversation as the numbers say, the conversations in turns.
  Ids fill(std::vector<int> counts) {
    std::vector<FakeSocket> others(counts.size());
    for (std::size_t i = 0; i < counts.size(); ++i) addUser("other" + std::to_string(i), others[i]);
    Ids ids;
    while (std::any_of(counts.begin(), counts.end(), [](int count) { return count > 0; })) {
      for (std::size_t i = 0; i < counts.size(); ++i) {
        if (counts[i]-- > 0) ids.push_back(send(others[i], "ann"));
      }
    }
    return ids;
  }
  static Ids above(const Ids& ids, std::uint64_t position) {
    return {std::upper_bound(ids.begin(), ids.end(), position), ids.end()};
  }

  void manyConversations() {
    std::vector<int> counts(120, 1);
    counts[3] = 40;
    counts[70] = 25;
    counts[119] = 3;
    const Ids ids = fill(counts);
    CPPUNIT_ASSERT(ids == positions(replay(_ann, "0")));
    for (const std::size_t at : {std::size_t{0}, ids.size() / 2, ids.size() - 2, ids.size() - 1}) {
      CPPUNIT_ASSERT(above(ids, ids[at]) == readAll(ids[at], 7, {}));
    }
  }

  void moreConversationsThanAreKept() {
    const Ids ids = fill({1, 9, 1, 4, 1, 2, 1, 14});
    for (std::size_t conversations = 1; conversations <= 9; ++conversations) {
      for (const std::size_t keptIds : {1, 5, 16, 1000}) {
        for (const std::size_t rows : {1, 4, 100}) {
          CPPUNIT_ASSERT(ids == readAll(0, rows, {conversations, keptIds}));
          CPPUNIT_ASSERT(above(ids, ids[6]) == readAll(ids[6], rows, {conversations, keptIds}));
        }
      }
    }
  }

  void removedMessagesAreLeftOut() {
    Ids ids = fill({6, 1, 3});
    // A whole conversation, the newest message, and one in the middle.
    for (const std::size_t at : {std::size_t{1}, ids.size() - 1, std::size_t{3}}) {
      execute("DELETE FROM message WHERE id = " + std::to_string(ids[at]));
      ids[at] = 0;
    }
    std::erase(ids, 0);
    for (const std::size_t keptIds : {1, 1000}) CPPUNIT_ASSERT(ids == readAll(0, 2, {2, keptIds}));
    CPPUNIT_ASSERT(readAll(ids.back(), 2, {}).empty());
  }

  void whatComesMeanwhileBelongsToTheNextRound() {
    Ids ids = fill({3, 1});
    messages::MissedMessages missed(database(), annsId(), 0, {1, 1});
    Ids seen;
    for (int pages = 0;; ++pages) {
      const auto page = missed.next(1);
      if (page.empty()) break;
      seen.push_back(page.front().id);
      if (pages < 5) ids.push_back(send(pages % 2 == 0 ? _bob : _carl, "ann"));
    }
    CPPUNIT_ASSERT(ids == seen);
    ids = {send(_carl, "ann")};
    CPPUNIT_ASSERT_EQUAL_MESSAGE("asked again later", ids.front(), missed.next(5).at(0).id);
    CPPUNIT_ASSERT(missed.next(5).empty());
  }

  void readingByPositionMissesNothing() {
    // Two servers write to the same users; on SQLite, which has one server, two threads of it.
    const std::unique_ptr<data::SqlDatabase> second = isMySql() ? another() : nullptr;
    data::Database* const databases[] = {&database(), second ? second.get() : &database()};
    constexpr int Each = 60;
    std::atomic<int> failures = 0;
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i) {
      writers.emplace_back([&, i] {
        messages::MessageStore store(*databases[i % 2]);
        messages::NewMessage message;
        const FakeSocket& sender = i < 2 ? _bob : _carl;
        message.senderId = std::stoull(sender.identity()->user.value);
        message.senderKey = sender.identity()->name;
        message.receiverKey = "ann";
        message.text = "x";
        for (int n = 0; n < Each; ++n) {
          try {
            std::promise<void> done;
            store.add(message, 1,
                      {[&](const auto&) { done.set_value(); },
                       [&](std::exception_ptr reason) { done.set_exception(std::move(reason)); }});
            done.get_future().get();
          } catch (const std::exception&) {
            ++failures;
          }
        }
      });
    }
    messages::MissedMessages reader(database(), annsId(), 0);
    std::size_t seen = 0;
    std::uint64_t last = 0;
    const auto readOn = [&] {
      for (const auto& message : reader.next(7)) {
        CPPUNIT_ASSERT(message.id > last);
        last = message.id;
        ++seen;
      }
    };
    std::atomic<bool> written = false;
    std::thread waiter([&] {
      for (std::thread& writer : writers) writer.join();
      written = true;
    });
    while (!written) readOn();
    waiter.join();
    for (std::size_t before = seen + 1; before != seen;) {
      before = seen;
      readOn();
    }
    CPPUNIT_ASSERT_EQUAL(0, failures.load());
    CPPUNIT_ASSERT_EQUAL(std::size_t{4 * Each}, seen);
  }

  FakeSocket _ann;
  FakeSocket _bob;
  FakeSocket _carl;
  int _lids = 0;
  std::unique_ptr<MessagesWithFeed> _messages;
  std::unique_ptr<messages::ReplayHandler> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(ReplayTest);

}  // namespace chat::test
