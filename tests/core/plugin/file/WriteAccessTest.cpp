#include <cppunit/extensions/HelperMacros.h>
#include <pwd.h>

#include "plugin/file/WriteAccess.h"

using namespace chat::plugin;

/// Whose right to write is none of the server's business, and whose is.
class WriteAccessTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(WriteAccessTest);
  CPPUNIT_TEST(modes);
  CPPUNIT_TEST(theGroupsOfThisMachine);
  CPPUNIT_TEST_SUITE_END();

 public:
  void modes() {
    struct Row {
      mode_t mode;
      gid_t group;
      std::optional<gid_t> own;
      bool shared;
    };
    for (const auto& row : {Row{0755, 100, {}, false}, Row{0775, 100, {}, true}, Row{0775, 100, 100, false},
                            Row{0775, 100, 101, true}, Row{0777, 100, 100, true}, Row{0775, 0, {}, true},
                            Row{0757, 0, {}, true}, Row{01777, 0, {}, true}, Row{0644, 0, {}, false}}) {
      struct stat status {};
      status.st_mode = row.mode;
      status.st_gid = row.group;
      CPPUNIT_ASSERT_EQUAL(row.shared, (TrustedWriters{1000, row.own}.isShared(status)));
    }
  }

  void theGroupsOfThisMachine() {
    CPPUNIT_ASSERT(!TrustedWriters::of(0).ownGroup);               // root's group may have any number of members
    CPPUNIT_ASSERT(!TrustedWriters::of(4'000'000'000U).ownGroup);  // no such user
    // Debian has both: www-data is alone in its group, nobody's is called nogroup.
    if (const auto* alone = ::getpwnam("www-data")) {
      const auto group = alone->pw_gid;
      CPPUNIT_ASSERT(TrustedWriters::of(alone->pw_uid).ownGroup == group);
    }
    if (const auto* nobody = ::getpwnam("nobody")) CPPUNIT_ASSERT(!TrustedWriters::of(nobody->pw_uid).ownGroup);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(WriteAccessTest);
