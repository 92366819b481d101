#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "core/socketio/Rig.h"
#include "socketio/Namespace.h"

namespace chat::socketio {
namespace {

using test::FakeSession;
using test::Rig;
using Names = std::vector<std::string_view>;

class NamespaceTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NamespaceTest);
  CPPUNIT_TEST(testSelection);
  CPPUNIT_TEST(testVolatile);
  CPPUNIT_TEST(testOwnRoom);
  CPPUNIT_TEST(testRoomLimit);
  CPPUNIT_TEST(testNothingIsSentBeforeItIsAccepted);
  CPPUNIT_TEST(testNamespacesAreApart);
  CPPUNIT_TEST(testDisconnectDuringForEach);
  CPPUNIT_TEST(testRandomJoinsAndLeaves);
  CPPUNIT_TEST(testStaleHandles);
  CPPUNIT_TEST_SUITE_END();

 public:
  /// Four sockets: a in x, b in x and y, c in y, d in none.
  struct Four {
    Rig rig;
    std::vector<FakeSession*> sessions;
    std::vector<SocketHandle> handles;
    std::vector<std::string> ids;

    Four() {
      for (int i = 0; i < 4; ++i) {
        sessions.push_back(&rig.connected());
        handles.push_back(rig.sink.last);
        ids.push_back(rig.socket()->id());
      }
      rig.on([this] {
        at(0).join("x");
        at(1).join("x");
        at(1).join("y");
        at(1).join("y");
        at(2).join("y");
      });
    }
    Socket& at(std::size_t i) { return *rig.server->find(handles[i]); }
    /// The letters of the sockets that get the event, in their order; twice if a socket gets it twice.
    std::string reached(const Names& rooms, const Names& except) {
      std::string letters;
      for (auto* session : sessions) session->sent.clear();
      rig.on([&] {
        Namespace& nsp = *rig.server->find("/");
        nsp.broadcast({rooms, except}, EncodedEvent::of("/", "e", "1"));
        std::string called;
        nsp.forEach({rooms, except}, [&](Socket& socket) {
          called += static_cast<char>('a' + (std::find(ids.begin(), ids.end(), socket.id()) - ids.begin()));
        });
        std::sort(called.begin(), called.end());
        letters = called;
      });
      std::string sent;
      for (std::size_t i = 0; i < sessions.size(); ++i) {
        for (const auto& message : sessions[i]->sent) {
          CPPUNIT_ASSERT_EQUAL(std::string(R"(2["e",1])"), message);
          sent += static_cast<char>('a' + i);
        }
      }
      CPPUNIT_ASSERT_EQUAL(letters, sent);
      return sent;
    }
  };

  void testSelection() {
    Four four;
    const std::string_view a = four.ids[0], b = four.ids[1], d = four.ids[3];
    struct Row {
      Names rooms, except;
      std::string reached;
    };
    const std::vector<Row> rows = {
        {{}, {}, "abcd"},
        {{"x"}, {}, "ab"},
        {{"nobody"}, {}, ""},
        {{"x", "y"}, {}, "abc"},
        {{"x", "x"}, {}, "ab"},
        {{"x", "y", "nobody"}, {a}, "bc"},
        {{}, {a}, "bcd"},
        {{}, {a, d}, "bc"},
        {{}, {"x"}, "cd"},
        {{}, {"x", "y"}, "d"},
        {{"x"}, {"y"}, "a"},
        {{"x"}, {b}, "a"},
        {{"x"}, {"nobody"}, "ab"},
        {{a}, {}, "a"},
        {{a}, {a}, ""},
        {{a}, {"x"}, ""},
        {{a, d, "y"}, {}, "abcd"},
        {{a, "x"}, {}, "ab"},
    };
    for (const Row& row : rows) CPPUNIT_ASSERT_EQUAL(row.reached, four.reached(row.rooms, row.except));
  }

  void testVolatile() {
    Four four;
    four.sessions[1]->isWritable = false;
    four.rig.on([&] {
      Namespace& nsp = *four.rig.server->find("/");
      nsp.broadcast({}, EncodedEvent::of("/", "sure", ""));
      nsp.broadcast({}, EncodedEvent::of("/", "maybe", ""), true);
    });
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, four.sessions[0]->sent.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, four.sessions[1]->sent.size());
  }

  void testOwnRoom() {
    Four four;
    four.rig.on([&] {
      Socket& a = four.at(0);
      CPPUNIT_ASSERT(a.in(a.id()));
      CPPUNIT_ASSERT(a.join(a.id()));
      a.leave(a.id());
      CPPUNIT_ASSERT(a.in(a.id()));
      CPPUNIT_ASSERT_EQUAL(std::size_t{1}, a.rooms().size());
      CPPUNIT_ASSERT(four.rig.server->find("/")->find(a.id()) == &a);
      // A room may have the name of another socket's id; then both are in it.
      CPPUNIT_ASSERT(four.at(3).join(a.id()));
    });
    CPPUNIT_ASSERT_EQUAL(std::string("ad"), four.reached({four.ids[0]}, {}));
    CPPUNIT_ASSERT_EQUAL(std::string("bc"), four.reached({}, {four.ids[0]}));
  }

  void testRoomLimit() {
    Options options;
    options.maxRoomsPerSocket = 2;
    Rig rig(options);
    rig.connected();
    rig.on([&] {
      Socket& socket = *rig.server->find(rig.sink.last);
      CPPUNIT_ASSERT(socket.join("1"));
      CPPUNIT_ASSERT(socket.join("2"));
      CPPUNIT_ASSERT(!socket.join("3"));
      CPPUNIT_ASSERT(socket.join("2"));
      socket.leave("1");
      CPPUNIT_ASSERT(socket.join("3"));
      CPPUNIT_ASSERT(!socket.in("1"));
    });
  }

  void testNothingIsSentBeforeItIsAccepted() {
    Rig rig;
    rig.sink.connecting = [](Socket& socket) { CPPUNIT_ASSERT(!socket.join("room")); };
    FakeSession& session = rig.openSession();
    rig.text(session, "0");
    rig.on([&] { rig.server->find("/")->broadcast({}, EncodedEvent::of("/", "e", "")); });
    CPPUNIT_ASSERT(session.sent.empty());
    rig.on([&] {
      rig.server->find(rig.sink.last)->accept();
      rig.server->find("/")->broadcast({}, EncodedEvent::of("/", "e", ""));
    });
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, session.sent.size());
  }

  void testNamespacesAreApart() {
    Rig rig;
    FakeSession& session = rig.connected();
    rig.text(session, "0/chat,");
    session.sent.clear();
    rig.on([&] { rig.server->find("/chat")->broadcast({}, EncodedEvent::of("/chat", "e", "")); });
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, session.sent.size());
    CPPUNIT_ASSERT_EQUAL(std::string(R"(2/chat,["e"])"), session.sent[0]);
  }

  void testDisconnectDuringForEach() {
    Four four;
    int calls = 0;
    four.rig.on([&] {
      Namespace& nsp = *four.rig.server->find("/");
      nsp.forEach({}, [&](Socket&) {
        if (++calls > 1) return;
        for (std::size_t i = 0; i < 3; ++i) four.at(i).disconnect(i == 1);
      });
    });
    CPPUNIT_ASSERT_EQUAL(2, calls);
    CPPUNIT_ASSERT_EQUAL(std::string("d"), four.reached({}, {}));
    CPPUNIT_ASSERT_EQUAL(std::string(), four.reached({"x", "y"}, {}));
  }

  /// Compares random joins and leaves with a model: the links between rooms and sockets stay consistent.
  void testRandomJoinsAndLeaves() {
    Rig rig;
    std::vector<SocketHandle> handles;
    for (int i = 0; i < 12; ++i) {
      rig.connected();
      handles.push_back(rig.sink.last);
    }
    rig.on([&] {
      std::mt19937 random(7);
      const auto below = [&random](std::size_t n) { return random() % n; };
      Namespace& nsp = *rig.server->find("/");
      std::map<std::string, std::set<std::size_t>> model;
      for (int step = 0; step < 20'000; ++step) {
        const std::size_t i = below(handles.size());
        Socket* socket = rig.server->find(handles[i]);
        if (socket == nullptr) continue;
        const std::string room = "room" + std::to_string(below(6));
        if (below(2) == 0) {
          socket->join(room);
          model[room].insert(i);
        } else {
          socket->leave(room);
          model[room].erase(i);
        }
        if (step > 15'000 && below(500) == 0) {
          socket->disconnect(false);
          for (auto& [name, members] : model) members.erase(i);
        }
        std::size_t count = 0;
        const std::string_view name = room;
        nsp.forEach({{&name, 1}, {}}, [&](Socket& member) {
          const auto at = std::find(handles.begin(), handles.end(), member.handle()) - handles.begin();
          CPPUNIT_ASSERT(model[room].contains(static_cast<std::size_t>(at)) && member.in(room));
          ++count;
        });
        CPPUNIT_ASSERT_EQUAL(model[room].size(), count);
      }
    });
  }

  void testStaleHandles() {
    Rig rig;
    FakeSession& session = rig.connected();
    const SocketHandle first = rig.sink.last;
    rig.close(session, engineio::CloseReason::TransportClose);
    rig.connected();
    const SocketHandle second = rig.sink.last;
    rig.on([&] {
      CPPUNIT_ASSERT_EQUAL(first.slot, second.slot);
      CPPUNIT_ASSERT(rig.server->find(first) == nullptr);
      CPPUNIT_ASSERT(rig.server->find(second) != nullptr);
      CPPUNIT_ASSERT(rig.server->find(SocketHandle{}) == nullptr);
      SocketHandle elsewhere = second;
      elsewhere.loop = 1;
      CPPUNIT_ASSERT(rig.server->find(elsewhere) == nullptr);
      elsewhere = second;
      elsewhere.slot = 1000;
      CPPUNIT_ASSERT(rig.server->find(elsewhere) == nullptr);
    });
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamespaceTest);

}  // namespace
}  // namespace chat::socketio
