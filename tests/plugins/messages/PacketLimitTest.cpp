#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "messages/MessageWriter.h"
#include "messages/PacketLimit.h"

namespace chat::test {

class PacketLimitTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PacketLimitTest);
  CPPUNIT_TEST(theLargestMessageIsCountedAsTheWriterCountsIt);
  CPPUNIT_TEST_SUITE_END();

  struct Entry final : messages::MessageEntry {
    using MessageEntry::MessageEntry;
    void committed() override {}
    void failed(std::exception_ptr) override {}
  };

  void theLargestMessageIsCountedAsTheWriterCountsIt() {
    constexpr std::size_t Characters = 4096;
    constexpr std::size_t Attributes = 16384;
    messages::NewMessage message;
    for (std::size_t i = 0; i < Characters; ++i) message.text += "\xf0\x9f\x98\x80";
    message.attributes = std::string(Attributes, 'x');
    CPPUNIT_ASSERT_EQUAL(Entry(message, 0).bytes(), messages::largestEntry(Characters, Attributes));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(PacketLimitTest);

}  // namespace chat::test
