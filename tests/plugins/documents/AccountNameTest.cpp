#include <cppunit/extensions/HelperMacros.h>

#include <string>

#include "support/AccountName.h"

namespace chat::test {

class AccountNameTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(AccountNameTest);
  CPPUNIT_TEST(whatANameMayBe);
  CPPUNIT_TEST(caseMakesNoDifference);
  CPPUNIT_TEST_SUITE_END();

  void whatANameMayBe() {
    const struct {
      std::string name;
      bool isOne;
    } rows[] = {
        {"a", true},
        {"Ann_1.2-b", true},
        {std::string(32, 'x'), true},
        {"...", true},
        {"", false},
        {std::string(33, 'x'), false},
        {"a b", false},
        {"a@b", false},
        {"ann\n", false},
        {std::string("a\0b", 3), false},
        {"\xc3\xa4", false},
        {"\xd0\xb0nn", false},  // the Cyrillic a looks the same
    };
    for (const auto& row : rows) CPPUNIT_ASSERT_EQUAL_MESSAGE(row.name, row.isOne, support::isAccountName(row.name));
  }

  void caseMakesNoDifference() {
    CPPUNIT_ASSERT_EQUAL(std::string("ann_z9"), support::accountKey("AnN_Z9"));
    CPPUNIT_ASSERT(support::isSameAccount("ANN", "ann"));
    CPPUNIT_ASSERT(!support::isSameAccount("ann", "anna"));
    CPPUNIT_ASSERT(!support::isSameAccount("ann", ""));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(AccountNameTest);

}  // namespace chat::test
