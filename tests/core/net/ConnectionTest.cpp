#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <future>
#include <string>
#include <vector>

#include "Peer.h"
#include "net/Acceptor.h"
#include "net/Connection.h"
#include "net/LoopGroup.h"

namespace chat::net {
namespace {

struct Script {
  std::function<void(Connection&, std::string_view)> data = [](Connection&, std::string_view) {};
  std::function<void(Connection&)> drained = [](Connection&) {};
  std::function<void(Connection&)> moved = [](Connection&) {};
  std::promise<CloseReason> closed;
};

class ScriptedHandler final : public ConnectionHandler {
 public:
  explicit ScriptedHandler(Script& script) : _script(script) {}
  void onData(Connection& connection, std::span<char> bytes) override {
    _script.data(connection, {bytes.data(), bytes.size()});
  }
  void onDrained(Connection& connection) override { _script.drained(connection); }
  void onMoved(Connection& connection) override { _script.moved(connection); }
  void onClosed(Connection&, CloseReason reason) override { _script.closed.set_value(reason); }

 private:
  Script& _script;
};

}  // namespace

class ConnectionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConnectionTest);
  CPPUNIT_TEST(writesOfOneCallLeaveInOrder);
  CPPUNIT_TEST(bytesThatThePeerDoesNotTakeWait);
  CPPUNIT_TEST(slowPeerIsClosed);
  CPPUNIT_TEST(oneMessageMayExceedTheLimit);
  CPPUNIT_TEST(bytesThatTheKernelTakesDoNotCountAsSlow);
  CPPUNIT_TEST(pausedIsNotRead);
  CPPUNIT_TEST(closeAfterFlushSendsAll);
  CPPUNIT_TEST(movesToAnotherLoopWithWhatWaits);
  CPPUNIT_TEST(aConnectionThatBreaksWhileMovingIsClosed);
  CPPUNIT_TEST(peerThatGoesIsNoticed);
  CPPUNIT_TEST(aConnectionThatAChildStillHoldsIsOver);
  CPPUNIT_TEST_SUITE_END();

  void serve(Script& script, const std::function<void(LoopGroup&, Peer&)>& test, std::size_t limit = 64U << 20) {
    Loop::Options options;
    options.sendQueueLimit = limit;
    LoopGroup loops(2, options);
    Acceptor acceptor(loops.at(0), "127.0.0.1", 0, [&](Loop&) { return std::make_unique<ScriptedHandler>(script); });
    loops.start();
    {
      Peer peer(acceptor.port());
      test(loops, peer);
    }
    script.closed.get_future().wait();
    loops.stop();
  }

 public:
  void writesOfOneCallLeaveInOrder() {
    Script script;
    const std::string big(100'000, 'b');
    script.data = [&](Connection& connection, std::string_view) {
      connection.send("first ");
      connection.send(base::BufferSlice(base::SharedBuffer::copyOf("shared ")));
      connection.send("second ");
      connection.send(big);
      connection.send(" end");
    };
    serve(script, [&](LoopGroup&, Peer& peer) {
      peer.send("go");
      const auto expected = "first shared second " + big + " end";
      CPPUNIT_ASSERT(expected == peer.read(expected.size()));
    });
  }

  void bytesThatThePeerDoesNotTakeWait() {
    Script script;
    std::promise<void> drained;
    const std::string chunk(1U << 20, 'x');
    script.data = [&](Connection& connection, std::string_view) {
      for (int i = 0; i < 16; ++i) connection.send(chunk);
      CPPUNIT_ASSERT(connection.queuedBytes() > 0);
    };
    script.drained = [&](Connection&) { drained.set_value(); };
    serve(script, [&](LoopGroup&, Peer& peer) {
      peer.send("go");
      CPPUNIT_ASSERT_EQUAL(chunk.size() * 16, peer.read(chunk.size() * 16).size());
      drained.get_future().get();
    });
  }

  void slowPeerIsClosed() {
    Script script;
    std::promise<bool> closing;
    const std::string chunk(1U << 20, 'x');
    script.data = [&](Connection& connection, std::string_view) {
      for (int i = 0; i < 64 && !connection.closing(); ++i) connection.send(chunk);
      closing.set_value(connection.closing());
    };
    serve(
        script,
        [&](LoopGroup&, Peer& peer) {
          peer.send("go");
          CPPUNIT_ASSERT(closing.get_future().get());  // nothing is read until then
          while (!peer.read(1U << 20).empty()) continue;
        },
        1U << 20);
  }

  void oneMessageMayExceedTheLimit() {
    Script script;
    const std::string big(8U << 20, 'b');
    script.data = [&](Connection& connection, std::string_view how) {
      connection.send("head ");
      how == "shared" ? connection.send(base::BufferSlice(base::SharedBuffer::copyOf(big))) : connection.send(big);
    };
    serve(
        script,
        [&](LoopGroup&, Peer& peer) {
          for (const auto* how : {"shared", "copied"}) {
            peer.send(how);
            CPPUNIT_ASSERT(peer.read(5 + big.size()) == "head " + big);
          }
        },
        1U << 20);
  }

  // A peer isn't slow just because much is sent to it in one turn.
  void bytesThatTheKernelTakesDoNotCountAsSlow() {
    Script script;
    std::vector<std::string> texts;
    std::string expected;
    for (int i = 0; i < 40; ++i) expected += texts.emplace_back(std::to_string(i) + std::string(700, '.'));
    script.data = [&](Connection& connection, std::string_view) {
      for (std::size_t i = 0; i < texts.size(); ++i) {
        i % 3 == 0 ? connection.send(base::BufferSlice(base::SharedBuffer::copyOf(texts[i])))
                   : connection.send(texts[i]);
      }
    };
    serve(
        script,
        [&](LoopGroup&, Peer& peer) {
          peer.send("go");
          CPPUNIT_ASSERT(peer.read(expected.size()) == expected);
        },
        4096);
  }

  void pausedIsNotRead() {
    Script script;
    std::string got;
    std::promise<void> first;
    std::promise<void> second;
    script.data = [&](Connection& connection, std::string_view bytes) {
      got += bytes;
      if (got == "one") {
        connection.pauseReading();
        first.set_value();
        auto* loop = &connection.loop();
        loop->post([&connection] { connection.resumeReading(); });
      } else if (got == "onetwo") {
        second.set_value();
      }
    };
    serve(script, [&](LoopGroup&, Peer& peer) {
      peer.send("one");
      first.get_future().get();
      peer.send("two");
      second.get_future().get();
    });
  }

  void closeAfterFlushSendsAll() {
    Script script;
    std::promise<void> sent;
    const std::string big(4U << 20, 'y');
    script.data = [&](Connection& connection, std::string_view) {
      connection.send(big);
      connection.closeAfterFlush();
      connection.send("never");
      sent.set_value();
    };
    serve(script, [&](LoopGroup&, Peer& peer) {
      peer.send("go");
      sent.get_future().wait();
      peer.send(std::string(1000, 'u'));  // unread bytes must not turn the close into a reset
      CPPUNIT_ASSERT_EQUAL(big.size(), peer.read(big.size() + 5).size());
    });
  }

  void movesToAnotherLoopWithWhatWaits() {
    Script script;
    std::promise<bool> moved;
    LoopGroup* group = nullptr;
    const std::string big(8U << 20, 'z');
    script.data = [&](Connection& connection, std::string_view bytes) {
      if (bytes != "go") return connection.send("home");
      connection.send(big);
      connection.moveTo(group->at(1), [] {});
    };
    script.moved = [&](Connection& connection) {
      moved.set_value(connection.loop().here() && connection.loop().index() == 1);
    };
    serve(script, [&](LoopGroup& loops, Peer& peer) {
      group = &loops;
      peer.send("go");
      CPPUNIT_ASSERT(moved.get_future().get());
      CPPUNIT_ASSERT_EQUAL(big.size(), peer.read(big.size()).size());
      peer.send("again");
      CPPUNIT_ASSERT_EQUAL(std::string("home"), peer.read(4));
    });
  }

  // A peer sends two requests and resets the connection: the answer to the first one fails when the second one moves
  // the connection to another loop.
  void aConnectionThatBreaksWhileMovingIsClosed() {
    Script script;
    auto closed = script.closed.get_future();
    bool moved = false;
    LoopGroup* group = nullptr;
    script.data = [&](Connection& connection, std::string_view) {
      connection.send("answer");
      ::shutdown(connection.descriptor(), SHUT_RDWR);
      connection.moveTo(group->at(1), [&] { moved = true; });
    };
    LoopGroup loops(2, Loop::Options{});
    group = &loops;
    Acceptor acceptor(loops.at(0), "127.0.0.1", 0, [&](Loop&) { return std::make_unique<ScriptedHandler>(script); });
    loops.start();
    Peer peer(acceptor.port());
    peer.send("go");
    CPPUNIT_ASSERT(closed.get() == CloseReason::PeerReset);
    loops.stop();
    CPPUNIT_ASSERT(!moved);
  }

  void aConnectionThatAChildStillHoldsIsOver() {
    Script script;
    auto closed = script.closed.get_future();
    int reads = 0;
    int copy = -1;  // like a child process that is just being started
    script.data = [&](Connection& connection, std::string_view) {
      ++reads;
      copy = ::dup(connection.descriptor());
      connection.close();
    };
    LoopGroup loops(1, Loop::Options{});
    Acceptor acceptor(loops.at(0), "127.0.0.1", 0, [&](Loop&) { return std::make_unique<ScriptedHandler>(script); });
    loops.start();
    Peer peer(acceptor.port());
    peer.send("go");
    closed.wait();
    peer.send("still there?");
    for (int turn = 0; turn < 2; ++turn) {
      std::promise<void> done;
      loops.at(0).post([&] { done.set_value(); });
      done.get_future().wait();
    }
    CPPUNIT_ASSERT_EQUAL(1, reads);
    loops.stop();
    ::close(copy);
  }

  void peerThatGoesIsNoticed() {
    Script script;
    auto reason = script.closed.get_future();
    Loop::Options options;
    LoopGroup loops(1, options);
    Acceptor acceptor(loops.at(0), "127.0.0.1", 0, [&](Loop&) { return std::make_unique<ScriptedHandler>(script); });
    loops.start();
    { Peer peer(acceptor.port()); }
    CPPUNIT_ASSERT(reason.get() == CloseReason::PeerClosed);
    loops.stop();
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConnectionTest);

}  // namespace chat::net
