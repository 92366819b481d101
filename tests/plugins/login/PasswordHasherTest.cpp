#include <cppunit/extensions/HelperMacros.h>
#include <time.h>

#include <algorithm>
#include <string>

#include "login/PasswordHasher.h"

namespace chat::test {

class PasswordHasherTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PasswordHasherTest);
  CPPUNIT_TEST(hashesAreArgon2idAtTheRecommendedCost);
  CPPUNIT_TEST(passwordsAreComparedByteForByte);
  CPPUNIT_TEST(anotherCostIsOutdated);
  CPPUNIT_TEST(anInvalidHashMatchesNothing);
  CPPUNIT_TEST(importedPasswordsAreVerified);
  CPPUNIT_TEST(aRefusalCostsTheSameForEachAccount);
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

  // By Python: hashlib.pbkdf2_hmac("sha256", b"pass", b"salt", 1000), and the same with binascii.hexlify(b"pass").
  void importedPasswordsAreVerified() {
    for (const char* digest : {"ce7834ce3ad3ce55207a94de959d37afbd9f8eea479d46cbe7959a53d1ab5ecb",
                               "65f9b454b8b357d1d2e4d292b3866303038c1cdea6fda8a9ec43251ab674fbad"}) {
      const std::string hash = std::string("$pbkdf2-sha256$1000$73616c74$") + digest;
      CPPUNIT_ASSERT(_cheap.verify(hash, "pass"));
      CPPUNIT_ASSERT(_cheap.isOutdated(hash));
      for (const char* other : {"", "Pass", "pass "}) CPPUNIT_ASSERT(!_cheap.verify(hash, other));
    }
    for (const char* hash : {"$pbkdf2-sha256$", "$pbkdf2-sha256$0$73616c74$00", "$pbkdf2-sha256$1000$73616c74$00"}) {
      CPPUNIT_ASSERT(!_cheap.verify(hash, ""));
    }
  }

  /// Of this thread, in milliseconds: the least of some tries.
  template <typename Try>
  static double cost(const Try& once) {
    double least = 1e9;
    for (int i = 0; i < 5; ++i) {
      timespec begin{};
      timespec end{};
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
      CPPUNIT_ASSERT(!once());
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
      least = std::min(least, (end.tv_sec - begin.tv_sec) * 1e3 + (end.tv_nsec - begin.tv_nsec) / 1e6);
    }
    return least;
  }

  void aRefusalCostsTheSameForEachAccount() {
    const login::PasswordHasher hasher;
    const std::string own = hasher.hash("a good password");
    const std::string imported = "$pbkdf2-sha256$100000$30313233343536373839616263646566$" + std::string(64, '0');
    const double before = cost([&] { return hasher.verify(own, "wrong"); });
    hasher.expectImported();
    // What else the machine does costs this thread something too, so once is enough.
    std::string unlike = "?";
    for (int attempt = 0; attempt < 5 && !unlike.empty(); ++attempt) {
      unlike.clear();
      const double ofOwn = cost([&] { return hasher.verify(own, "wrong"); });
      if (ofOwn < 1.5 * before) unlike += " both kinds of hashes: " + std::to_string(ofOwn);
      for (const double other :
           {cost([&] { return hasher.verify(imported, "wrong"); }), cost([&] { return hasher.refuse("wrong"); }),
            cost([&] { return hasher.verify("!", "wrong"); })}) {
        if (other > 1.4 * ofOwn || ofOwn > 1.4 * other) {
          unlike += ' ' + std::to_string(other) + " ms instead of " + std::to_string(ofOwn);
        }
      }
    }
    CPPUNIT_ASSERT_MESSAGE(unlike, unlike.empty());
  }

  void anInvalidHashMatchesNothing() {
    for (const char* hash : {"", "none", "$argon2id$v=19$"}) CPPUNIT_ASSERT(!_cheap.verify(hash, ""));
  }

  login::PasswordHasher _cheap{{1, 8192}};
};

CPPUNIT_TEST_SUITE_REGISTRATION(PasswordHasherTest);

}  // namespace chat::test
