#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "Rig.h"
#include "socketio/NamespacePatterns.h"

namespace chat::socketio {
namespace {

using test::FakeSession;
using test::Rig;

Options patternOptions(std::string_view patterns, std::size_t most = 1000, bool cleanup = false) {
  Options options = Rig::defaultOptions();
  options.namespacePatterns = std::make_shared<const NamespacePatterns>(patterns);
  options.maxChildNamespaces = most;
  options.cleanupEmptyChildNamespaces = cleanup;
  return options;
}

class NamespacePatternsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NamespacePatternsTest);
  CPPUNIT_TEST(testWholeNamesMatch);
  CPPUNIT_TEST(testAWrongPatternIsNamed);
  CPPUNIT_TEST(testANamespaceIsMadeWhenAskedFor);
  CPPUNIT_TEST(testEmptyOnesMakeRoom);
  CPPUNIT_TEST(testEmptyOnesAreRemovedWithTheirLastClient);
  CPPUNIT_TEST(testTheLastMayComeBackAtOnce);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testWholeNamesMatch() {
    const NamespacePatterns patterns("/room-\\d{1,3} \t/(de|fr)/.+");
    for (const std::string_view name : {"/room-1", "/room-123", "/de/x"}) CPPUNIT_ASSERT(patterns.matches(name));
    for (const std::string_view name : {"/room-1234", "/room-", "x/room-1", "/room-1 ", "/de/", ""}) {
      CPPUNIT_ASSERT(!patterns.matches(name));
    }
    CPPUNIT_ASSERT(NamespacePatterns("/.*").matches("/" + std::string(NamespacePatterns::MaxNameLength - 1, 'a')));
    CPPUNIT_ASSERT(!NamespacePatterns("/.*").matches("/" + std::string(NamespacePatterns::MaxNameLength, 'a')));
    CPPUNIT_ASSERT(!NamespacePatterns(" ").matches("/"));
    // Backtracking engines would take practically for ever.
    CPPUNIT_ASSERT(!NamespacePatterns("/(a+)+b").matches("/" + std::string(200, 'a')));
  }

  void testAWrongPatternIsNamed() {
    try {
      const NamespacePatterns patterns("/ok /room-(");
      CPPUNIT_FAIL("taken");
    } catch (const std::invalid_argument& fault) {
      CPPUNIT_ASSERT(std::string(fault.what()).find("/room-(") != std::string::npos);
    }
  }

  void testANamespaceIsMadeWhenAskedFor() {
    Rig rig(patternOptions("/room-\\d+"));
    FakeSession& session = rig.openSession();
    rig.text(session, "0/room-7,");
    CPPUNIT_ASSERT(session.sent.back().starts_with(R"(0/room-7,{"sid":")"));
    rig.text(session, R"(2/room-7,["a"])");
    CPPUNIT_ASSERT_EQUAL(std::string("event a []"), rig.sink.log.back());
    rig.text(session, "0/room-x,");
    CPPUNIT_ASSERT_EQUAL(std::string(R"(4/room-x,{"message":"Invalid namespace"})"), session.sent.back());
  }

  void testEmptyOnesMakeRoom() {
    Rig rig(patternOptions("/room-\\d+", 2));
    FakeSession& session = rig.openSession();
    for (const auto* packet : {"0/room-1,", "0/room-2,", "0/room-3,"}) rig.text(session, packet);
    CPPUNIT_ASSERT_EQUAL(std::string(R"(4/room-3,{"message":"Invalid namespace"})"), session.sent.back());
    rig.text(session, "1/room-1,");
    CPPUNIT_ASSERT(exists(rig, "/room-1"));
    rig.text(session, "0/room-3,");
    CPPUNIT_ASSERT(session.sent.back().starts_with(R"(0/room-3,{"sid":")"));
    CPPUNIT_ASSERT(!exists(rig, "/room-1"));
    CPPUNIT_ASSERT(exists(rig, "/room-2"));
  }

  void testEmptyOnesAreRemovedWithTheirLastClient() {
    Rig rig(patternOptions("/room-\\d+", 1000, true));
    FakeSession& first = rig.openSession();
    FakeSession& second = rig.openSession();
    rig.text(first, "0/room-1,");
    rig.text(second, "0/room-1,");
    rig.text(first, "1/room-1,");
    CPPUNIT_ASSERT(exists(rig, "/room-1"));
    rig.close(second, engineio::CloseReason::TransportClose);
    rig.settle();
    CPPUNIT_ASSERT(!exists(rig, "/room-1"));
    CPPUNIT_ASSERT(exists(rig, "/chat"));  // not one of them
  }

  void testTheLastMayComeBackAtOnce() {
    Rig rig(patternOptions("/room-\\d+", 1000, true));
    FakeSession& session = rig.openSession();
    rig.on([&] {
      for (const auto* packet : {"0/room-1,", "1/room-1,", "0/room-1,"}) session.listener->onText(session, packet);
    });
    rig.settle();
    CPPUNIT_ASSERT(exists(rig, "/room-1"));
    rig.text(session, R"(2/room-1,["still there"])");
    CPPUNIT_ASSERT_EQUAL(std::string("event still there []"), rig.sink.log.back());
  }

 private:
  static bool exists(Rig& rig, std::string_view name) {
    return rig.on([&] { return rig.server->find(name) != nullptr; });
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamespacePatternsTest);

}  // namespace
}  // namespace chat::socketio
