#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "base/SharedBuffer.h"

namespace chat::base {

class SharedBufferTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SharedBufferTest);
  CPPUNIT_TEST(joinsPieces);
  CPPUNIT_TEST(copyShares);
  CPPUNIT_TEST(sliceKeepsTheWholeAlive);
  CPPUNIT_TEST_SUITE_END();

 public:
  void joinsPieces() {
    const std::string_view pieces[] = {"a", "", "bc"};
    CPPUNIT_ASSERT_EQUAL(std::string("abc"), std::string(SharedBuffer::join(pieces).view()));
    CPPUNIT_ASSERT_EQUAL(std::string(), std::string(SharedBuffer().view()));
  }

  void copyShares() {
    auto one = SharedBuffer::withCapacity(8);
    one.append("xy");
    CPPUNIT_ASSERT(one.unique());
    const auto two = one;
    CPPUNIT_ASSERT(!one.unique());
    CPPUNIT_ASSERT(one.view().data() == two.view().data());
    one = {};
    CPPUNIT_ASSERT(two.unique());
    CPPUNIT_ASSERT_EQUAL(std::string("xy"), std::string(two.view()));
  }

  void sliceKeepsTheWholeAlive() {
    BufferSlice slice(SharedBuffer::copyOf("hello"), 2);
    CPPUNIT_ASSERT_EQUAL(std::string("llo"), std::string(slice.view()));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(SharedBufferTest);

}  // namespace chat::base
