#include <cppunit/extensions/HelperMacros.h>

#include "data/migration/SqlScript.h"

using chat::data::splitStatements;
using Statements = std::vector<std::string>;

class SqlScriptTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(SqlScriptTest);
  CPPUNIT_TEST(splitsAtTheEndOfLines);
  CPPUNIT_TEST(leavesOutComments);
  CPPUNIT_TEST(keepsSemicolonsWithinLines);
  CPPUNIT_TEST_SUITE_END();

  void splitsAtTheEndOfLines() {
    CPPUNIT_ASSERT((splitStatements("a;\nb\n  c;  \r\n\nd") == Statements{"a", "b\n  c", "d"}));
    CPPUNIT_ASSERT(splitStatements("").empty());
    CPPUNIT_ASSERT(splitStatements("\n \n").empty());
  }

  void leavesOutComments() {
    CPPUNIT_ASSERT((splitStatements("-- first;\na\n  -- within;\nb;\n-- last") == Statements{"a\nb"}));
  }

  void keepsSemicolonsWithinLines() {
    CPPUNIT_ASSERT((splitStatements("INSERT INTO t VALUES ('x;y');\n") == Statements{"INSERT INTO t VALUES ('x;y')"}));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SqlScriptTest);
