#include <cppunit/extensions/HelperMacros.h>

#include "login/PasswordHasher.h"

namespace chat::test {

class PasswordHasherTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PasswordHasherTest);
  CPPUNIT_TEST(hashesAreArgon2idAtTheRecommendedCost);
  CPPUNIT_TEST(passwordsAreComparedByteForByte);
  CPPUNIT_TEST(anotherCostIsOutdated);
  CPPUNIT_TEST(anInvalidHashMatchesNothing);
  CPPUNIT_TEST_SUITE_END();

  void hashesAreArgon2idAtTheRecommendedCost() {
    const std::string hash = login::PasswordHasher().hash("a good password");
    CPPUNIT_ASSERT_EQUAL(std::string("$argon2id$v=19$m=19456,t=2,p=1$"), hash.substr(0, 31));
    CPPUNIT_ASSERT(hash != login::PasswordHasher().hash("a good password"));
  }

  void passwordsAreComparedByteForByte() {
    const std::string password("p\0ss w\xc3\xb6rd ", 11);
    const std::string hash = _cheap.hash(password);
    CPPUNIT_ASSERT(_cheap.verify(hash, password));
    for (const std::string& other : {std::string("p"), std::string("p\0ss w\xc3\xb6rd", 10), std::string()}) {
      CPPUNIT_ASSERT(!_cheap.verify(hash, other));
    }
  }

  void anotherCostIsOutdated() {
    const std::string hash = _cheap.hash("a good password");
    CPPUNIT_ASSERT(!_cheap.isOutdated(hash));
    CPPUNIT_ASSERT(login::PasswordHasher().isOutdated(hash));
    CPPUNIT_ASSERT(login::PasswordHasher().verify(hash, "a good password"));
  }

  void anInvalidHashMatchesNothing() {
    for (const char* hash : {"", "none", "$argon2id$v=19$"}) CPPUNIT_ASSERT(!_cheap.verify(hash, ""));
  }

  login::PasswordHasher _cheap{{1, 8192}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PasswordHasherTest);

}  // namespace chat::test
