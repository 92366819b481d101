#include <cppunit/extensions/HelperMacros.h>

#include <vector>

#include "socketio/NamespaceQuery.h"

namespace chat::socketio {
namespace {

class NamespaceQueryTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(NamespaceQueryTest);
  CPPUNIT_TEST(testSplit);
  CPPUNIT_TEST(testQueries);
  CPPUNIT_TEST_SUITE_END();

 public:
  void testSplit() {
    CPPUNIT_ASSERT_EQUAL(std::string_view("/auth"), splitNamespace("/auth?token=123").nsp);
    CPPUNIT_ASSERT_EQUAL(std::string_view("token=123"), splitNamespace("/auth?token=123").query);
    CPPUNIT_ASSERT_EQUAL(std::string_view("/auth"), splitNamespace("/auth").nsp);
    CPPUNIT_ASSERT_EQUAL(std::string_view(""), splitNamespace("/auth?").query);
  }

  void testQueries() {
    struct Row {
      std::string_view query, json;
    };
    const std::vector<Row> rows = {
        {"", "{}"},
        {"&&", "{}"},
        {"token=123", R"({"token":"123"})"},
        {"a=1&b=2", R"({"a":"1","b":"2"})"},
        {"a&b=", R"({"a":"","b":""})"},
        {"a=b=c", R"({"a":"b=c"})"},
        {"a=x+y%20z", R"({"a":"x y z"})"},
        {"a=%22%5C%0A", R"({"a":"\"\\\n"})"},
        {"a=%F0%9F%98%80", R"({"a":"😀"})"},
        {"a=%FFx", "{\"a\":\"\xEF\xBF\xBDx\"}"},
        {"a=100%&b=%4&c=%zz&d=%+1", R"({"a":"100%","b":"%4","c":"%zz","d":"% 1"})"},
    };
    for (const Row& row : rows) CPPUNIT_ASSERT_EQUAL(std::string(row.json), queryAsJson(row.query));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(NamespaceQueryTest);

}  // namespace
}  // namespace chat::socketio
