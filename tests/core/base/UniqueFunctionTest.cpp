#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <memory>
#include <utility>

#include "base/UniqueFunction.h"

namespace chat::base {

class UniqueFunctionTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(UniqueFunctionTest);
  CPPUNIT_TEST(ownsWhatItCaptures);
  CPPUNIT_TEST(ownsCapturesThatAreTooLargeForItsStorage);
  CPPUNIT_TEST(isEmptyAfterItWasMoved);
  CPPUNIT_TEST(letsGoOfWhatItHadWhenAssigned);
  CPPUNIT_TEST(passesArgumentsAndResult);
  CPPUNIT_TEST_SUITE_END();

  /// Whether a function with `padding` more captured bytes destroys its capture exactly once, at its end, also after
  /// moves.
  template <std::size_t Padding>
  void checkOwnership() {
    auto watched = std::make_shared<int>(7);
    const std::weak_ptr<int> seen = watched;
    {
      std::array<char, Padding> padding{};
      UniqueFunction<int()> first = [watched = std::move(watched), padding] { return *watched + padding[0]; };
      UniqueFunction<int()> second = std::move(first);
      UniqueFunction<int()> third;
      third = std::move(second);
      CPPUNIT_ASSERT_EQUAL(7, third());
      CPPUNIT_ASSERT_EQUAL(1L, seen.use_count());
    }
    CPPUNIT_ASSERT(seen.expired());
  }

 public:
  void ownsWhatItCaptures() { checkOwnership<1>(); }
  void ownsCapturesThatAreTooLargeForItsStorage() { checkOwnership<200>(); }

  void isEmptyAfterItWasMoved() {
    Task task = [] {};
    CPPUNIT_ASSERT(static_cast<bool>(task));
    const Task other = std::move(task);
    CPPUNIT_ASSERT(!static_cast<bool>(task));  // NOLINT: what is tested
    CPPUNIT_ASSERT(static_cast<bool>(other));
    CPPUNIT_ASSERT(!static_cast<bool>(Task{}));
  }

  void letsGoOfWhatItHadWhenAssigned() {
    auto watched = std::make_shared<int>(0);
    Task task = [watched] {};
    CPPUNIT_ASSERT_EQUAL(2L, watched.use_count());
    task = {};
    CPPUNIT_ASSERT_EQUAL(1L, watched.use_count());
  }

  void passesArgumentsAndResult() {
    UniqueFunction<std::unique_ptr<int>(std::unique_ptr<int>, int)> add = [](std::unique_ptr<int> to, int more) {
      *to += more;
      return to;
    };
    CPPUNIT_ASSERT_EQUAL(5, *add(std::make_unique<int>(2), 3));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(UniqueFunctionTest);

}  // namespace chat::base
