#include <cppunit/extensions/HelperMacros.h>

#include <set>

#include "engineio/api/SessionId.h"
#include "engineio/packet/WirePacket.h"

namespace chat::engineio {

class SessionIdTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SessionIdTest);
  CPPUNIT_TEST(tellsItsLoop);
  CPPUNIT_TEST(noIdNoLoop);
  CPPUNIT_TEST(onePacketForEveryTransport);
  CPPUNIT_TEST_SUITE_END();

 public:
  void tellsItsLoop() {
    std::set<std::string> ids;
    for (unsigned loop = 0; loop < MaxLoops; ++loop) {
      for (int i = 0; i < 100; ++i) {
        const auto id = makeSessionId(loop);
        CPPUNIT_ASSERT_EQUAL(std::size_t{20}, id.size());
        CPPUNIT_ASSERT_EQUAL(loop, *loopOf(id));
        CPPUNIT_ASSERT(ids.insert(id).second);
      }
    }
  }

  void noIdNoLoop() {
    for (const auto* text : {"", "short", "this text is far too long", "!AAAAAAAAAAAAAAAAAAA"})
      CPPUNIT_ASSERT(!loopOf(text));
  }

  void onePacketForEveryTransport() {
    const auto text = WirePacket::text("2[\"a\"]");
    CPPUNIT_ASSERT_EQUAL(std::string("42[\"a\"]"), std::string(text.packet()));
    CPPUNIT_ASSERT_EQUAL(std::string("\x81\x07"
                                     "42[\"a\"]"),
                         std::string(text.frame().view()));
    const auto binary = WirePacket::binary("xy");
    CPPUNIT_ASSERT_EQUAL(std::string("xy"), std::string(binary.payload()));
    CPPUNIT_ASSERT_EQUAL(std::string("\x82\x02xy"), std::string(binary.frame().view()));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SessionIdTest);

}  // namespace chat::engineio
