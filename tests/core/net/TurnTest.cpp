#include <cppunit/extensions/HelperMacros.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "Peer.h"
#include "net/Acceptor.h"
#include "net/LoopGroup.h"
#include "net/SendRing.h"
#include "support/OnLoop.h"

namespace chat::net {
namespace {

/// A connection's onData; `self` is its number in the order of reading.
using Act = std::function<void(Connection&, std::size_t self)>;

/// Many connections that are all read in one turn of one loop.
class Crowd {
 public:
  Crowd(
      std::size_t count, bool ioUring, Act act = [](Connection&, std::size_t) {})
      : _count(count),
        _act(std::move(act)),
        _loops(1, optionsWith(ioUring)),
        _acceptor(_loops.at(0), "127.0.0.1", 0, [this](Loop&) { return std::make_unique<Member>(*this); }) {
    _loops.start();
    for (std::size_t i = 0; i < count; ++i) peers.push_back(std::make_unique<Peer>(_acceptor.port()));
    _whole.get_future().wait();
  }
  ~Crowd() {
    peers.clear();
    _loops.stop();
  }

  /// All bytes arrive before the loop reads. Returns when it has read all connections, except those that must not be
  /// read.
  void readAllInOneTurn(std::size_t unread = 0) {
    _toRead = _count - unread;
    std::promise<void> waits;
    std::promise<void> go;
    _loops.at(0).post([&waits, going = go.get_future().share()] {
      waits.set_value();
      going.wait();
    });
    waits.get_future().wait();
    for (auto& peer : peers) peer->send("x");
    go.set_value();
    CPPUNIT_ASSERT(_allRead.get_future().wait_for(std::chrono::seconds(10)) == std::future_status::ready);
    onLoop([] {});
  }

  void onLoop(const std::function<void()>& task) { chat::test::onLoop(_loops.at(0), task); }

  /// Runs after the present turn.
  std::uint64_t sendsTogether() {
    onLoop([] {});
    return _loops.at(0).sendsTogether();
  }

  std::vector<std::unique_ptr<Peer>> peers;  // in the order of connecting
  std::vector<Connection*> members;          // in the order of connecting; the loop's

 private:
  class Member final : public ConnectionHandler {
   public:
    explicit Member(Crowd& crowd) : _crowd(crowd) {}
    void onOpened(Connection& connection) override {
      _number = _crowd.members.size();
      _crowd.members.push_back(&connection);
      if (_crowd.members.size() == _crowd._count) _crowd._whole.set_value();
    }
    void onData(Connection& connection, std::span<char>) override {
      _crowd._act(connection, _number);
      if (++_crowd._read == _crowd._toRead) _crowd._allRead.set_value();
    }
    void onClosed(Connection&, CloseReason) override {}

   private:
    Crowd& _crowd;
    std::size_t _number = 0;
  };

  static Loop::Options optionsWith(bool ioUring) {
    Loop::Options options;
    options.sendQueueLimit = 64U << 20;
    options.ioUring = ioUring;
    return options;
  }

  const std::size_t _count;
  std::size_t _read = 0;
  std::size_t _toRead = 0;
  Act _act;
  std::promise<void> _whole;
  std::promise<void> _allRead;
  LoopGroup _loops;
  Acceptor _acceptor;
};

base::BufferSlice sliceOf(std::string_view text) {
  return base::BufferSlice(base::SharedBuffer::copyOf(text));
}

}  // namespace

/// Many connections in one turn, with and without a ring.
class TurnTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TurnTest);
  CPPUNIT_TEST(whatIsSentArrivesInOrder);
  CPPUNIT_TEST(answersOfSeveralConnectionsGoTogether);
  CPPUNIT_TEST(broadcastsOfOneTurnGoTogether);
  CPPUNIT_TEST(anAnswerLeavesBeforeItsConnectionIsClosed);
  CPPUNIT_TEST(peersThatTakeLittleGetAllInTheEnd);
  CPPUNIT_TEST(disconnectedPeersDoNoHarm);
  CPPUNIT_TEST(aConnectionPausedByAnotherIsReadLater);
  CPPUNIT_TEST(aConnectionEndedByAnotherGetsItsAnswer);
  CPPUNIT_TEST_SUITE_END();

  static constexpr std::size_t Count = 150;  // more than one submit can have

  static std::uint64_t allWhereThereIsARing() { return SendRing::create() ? Count : 0; }

 public:
  void whatIsSentArrivesInOrder() {
    for (const bool ioUring : {true, false}) {
      std::vector<std::string> expected(Count);
      const std::string big(5000, 'b');
      Crowd* all = nullptr;
      const auto say = [&](std::size_t to, std::string_view text, bool shared) {
        auto& connection = *all->members[to];
        if (!connection.closing()) expected[to] += text;
        shared ? connection.send(sliceOf(text)) : connection.send(text);
      };
      Crowd crowd(Count, ioUring, [&](Connection& connection, std::size_t self) {
        say(self, "answer ", false);
        if (self % 10 == 3) {
          for (std::size_t to = 0; to < Count; ++to) say(to, "to all by " + std::to_string(self) + " ", true);
        }
        if (self % 5 == 1) say((self + 40) % Count, "text ", false);
        if (self % 7 == 2) say((self + Count - 9) % Count, big, false);
        if (self % 11 == 4) say(self, big, false);
        say(self, "end ", false);
        if (self % 13 == 5) connection.closeAfterFlush(false);
        if (self % 13 == 6) all->members[(self + Count - 3) % Count]->closeAfterFlush(false);
      });
      all = &crowd;
      crowd.readAllInOneTurn();
      for (std::size_t i = 0; i < Count; ++i) {
        CPPUNIT_ASSERT_EQUAL(expected[i], crowd.peers[i]->read(expected[i].size()));
      }
    }
  }

  void answersOfSeveralConnectionsGoTogether() {
    for (const bool ioUring : {true, false}) {
      Crowd crowd(Count, ioUring, [](Connection& connection, std::size_t) { connection.send("answer"); });
      crowd.readAllInOneTurn();
      for (auto& peer : crowd.peers) CPPUNIT_ASSERT_EQUAL(std::string("answer"), peer->read(6));
      CPPUNIT_ASSERT_EQUAL(ioUring ? allWhereThereIsARing() : 0, crowd.sendsTogether());
    }
  }

  void broadcastsOfOneTurnGoTogether() {
    for (const bool ioUring : {true, false}) {
      Crowd crowd(Count, ioUring);
      crowd.onLoop([&crowd] {
        for (auto* member : crowd.members) member->send(sliceOf("news"));
      });
      for (auto& peer : crowd.peers) CPPUNIT_ASSERT_EQUAL(std::string("news"), peer->read(4));
      CPPUNIT_ASSERT_EQUAL(ioUring ? allWhereThereIsARing() : 0, crowd.sendsTogether());
    }
  }

  void anAnswerLeavesBeforeItsConnectionIsClosed() {
    for (const bool ioUring : {true, false}) {
      Crowd* all = nullptr;
      std::size_t read = 0;
      Crowd crowd(Count, ioUring, [&](Connection& connection, std::size_t) {
        connection.send("answer");
        if (++read == Count) {
          for (auto* member : all->members) member == &connection ? void() : member->close();
        }
      });
      all = &crowd;
      crowd.readAllInOneTurn();
      for (auto& peer : crowd.peers) CPPUNIT_ASSERT_EQUAL(std::string("answer"), peer->read(6));
    }
  }

  void peersThatTakeLittleGetAllInTheEnd() {
    const std::string chunk(1U << 20, 'c');
    for (const bool ioUring : {true, false}) {
      Crowd crowd(12, ioUring);
      crowd.onLoop([&] {
        const auto shared = sliceOf(chunk);
        for (auto* member : crowd.members) {
          member->send("begin ");
          for (int i = 0; i < 12; ++i) member->send(shared);
          member->send(" end");
        }
      });
      for (auto& peer : crowd.peers) {
        CPPUNIT_ASSERT_EQUAL(std::string("begin "), peer->read(6));
        for (int i = 0; i < 12; ++i) CPPUNIT_ASSERT(peer->read(chunk.size()) == chunk);
        CPPUNIT_ASSERT_EQUAL(std::string(" end"), peer->read(4));
      }
    }
  }

  void disconnectedPeersDoNoHarm() {
    for (const bool ioUring : {true, false}) {
      Crowd crowd(Count, ioUring);
      crowd.onLoop([&] {
        // The kernel refuses later sends, which the loop notices from the send's result.
        for (std::size_t i = 0; i < Count; i += 2) ::shutdown(crowd.members[i]->descriptor(), SHUT_RDWR);
        for (auto* member : crowd.members) member->send(sliceOf("news"));
      });
      for (std::size_t i = 0; i < Count; ++i) {
        CPPUNIT_ASSERT_EQUAL(std::string(i % 2 == 0 ? "" : "news"), crowd.peers[i]->read(4));
      }
    }
  }

  // epoll has reported both before the first one is read.
  void aConnectionPausedByAnotherIsReadLater() {
    Crowd* all = nullptr;
    Crowd crowd(2, true, [&](Connection& connection, std::size_t self) {
      if (self == 1) return connection.send("read");
      all->members[1]->pauseReading();
      connection.loop().defer([&] { all->members[1]->resumeReading(); });
    });
    all = &crowd;
    crowd.readAllInOneTurn();
    CPPUNIT_ASSERT_EQUAL(std::string("read"), crowd.peers[1]->read(4));
  }

  void aConnectionEndedByAnotherGetsItsAnswer() {
    Crowd* all = nullptr;
    Crowd crowd(2, true, [&](Connection&, std::size_t) {
      all->members[1]->send("answer");
      all->members[1]->closeAfterFlush();
    });
    all = &crowd;
    crowd.readAllInOneTurn(1);
    CPPUNIT_ASSERT_EQUAL(std::string("answer"), crowd.peers[1]->read(6));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TurnTest);

}  // namespace chat::net
