#include <cppunit/extensions/HelperMacros.h>

#include "data/engine/MySqlFaults.h"

using namespace chat::data;

class MySqlFaultsTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(MySqlFaultsTest);
  CPPUNIT_TEST(readsTheNumber);
  CPPUNIT_TEST(aNumberInTheTextIsNotTheFaultsId);
  CPPUNIT_TEST(knowsTheKinds);
  CPPUNIT_TEST_SUITE_END();

  void readsTheNumber() {
    CPPUNIT_ASSERT_EQUAL(1062,
                         mySqlErrorNumber("[Comment]: mysql_stmt_execute error\t[mysql_stmt_error]: Duplicate entry"
                                          "\t[mysql_stmt_errno]: 1062\t[mysql_stmt_sqlstate]: 23000\t[statemnt]: X"));
    CPPUNIT_ASSERT_EQUAL(2006, mySqlErrorNumber("[mysql_error]: gone\t[mysql_errno]: 2006\t[mysql_sqlstate]: HY000"));
    CPPUNIT_ASSERT_EQUAL(0, mySqlErrorNumber("Extractor: not a blob"));
    CPPUNIT_ASSERT_EQUAL(0, mySqlErrorNumber("[mysql_errno]: "));
    CPPUNIT_ASSERT_EQUAL(1317, mySqlErrorNumber("[Comment]: mysql_stmt_fetch error\t[mysql_stmt_error]: \t"
                                                "[mysql_stmt_errno]: 0\t[mysql_stmt_sqlstate]: 00000"));
  }

  void aNumberInTheTextIsNotTheFaultsId() {
    CPPUNIT_ASSERT_EQUAL(1062, mySqlErrorNumber("[mysql_stmt_error]: Duplicate entry '[mysql_stmt_errno]: 2006' for key"
                                                "\t[mysql_stmt_errno]: 1062\t[mysql_stmt_sqlstate]: 23000"));
  }

  void knowsTheKinds() {
    CPPUNIT_ASSERT(mySqlFault(1062) == Fault::DuplicateKey);
    CPPUNIT_ASSERT(mySqlFault(1213) == Fault::Repeat);
    CPPUNIT_ASSERT(mySqlFault(2013) == Fault::Lost);
    for (const int code : {1290, 1792, 1836}) CPPUNIT_ASSERT(mySqlFault(code) == Fault::ReadOnly);
    CPPUNIT_ASSERT(mySqlFault(1969) == Fault::Refused);
    CPPUNIT_ASSERT(mySqlFault(1064) == Fault::Other);
    CPPUNIT_ASSERT(mySqlFault(0) == Fault::Other);
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(MySqlFaultsTest);
