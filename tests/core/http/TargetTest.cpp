#include <cppunit/extensions/HelperMacros.h>

#include "http/Target.h"

using chat::http::parseTarget;
using chat::http::percentDecode;

class TargetTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TargetTest);
  CPPUNIT_TEST(readsEveryForm);
  CPPUNIT_TEST(refusesWhatIsNotServed);
  CPPUNIT_TEST(decodesEscapes);
  CPPUNIT_TEST_SUITE_END();

 public:
  void readsEveryForm() {
    struct Row {
      const char* target;
      const char* path;
      const char* query;
    };
    for (const Row& row : {
             Row{"/", "/", ""},
             Row{"/a/b", "/a/b", ""},
             Row{"/a?b=c?d/..", "/a", "b=c?d/.."},
             Row{"/%41%2f%25", "/A/%", ""},
             Row{"/a..b/...", "/a..b/...", ""},
             Row{"//a", "//a", ""},
             Row{"http://host", "/", ""},
             Row{"HTTPS://host:1?q", "/", "q"},
             Row{"http://host/a?q", "/a", "q"},
             Row{"*", "*", ""},
         }) {
      const auto target = parseTarget(row.target);
      CPPUNIT_ASSERT_MESSAGE(row.target, target.has_value());
      CPPUNIT_ASSERT_EQUAL(std::string(row.path), target->path);
      CPPUNIT_ASSERT_EQUAL(std::string(row.query), std::string(target->query));
    }
  }

  void refusesWhatIsNotServed() {
    for (const char* target : {"",
                               "a",
                               "a:80",
                               "ftp://host/",
                               "http://",
                               "http:///a",
                               "http://user@host/",
                               "/a#b",
                               "/a b",
                               "/\x7f",
                               "/%",
                               "/%4",
                               "/%4g",
                               "/%00",
                               "/..",
                               "/.",
                               "/a/../b",
                               "/a/..",
                               "/./a",
                               "/%2e%2e/a",
                               "/a%2f..%2fb",
                               "/..%2f",
                               "/a\\b",
                               "/%5c..%5c",
                               "http://host/../a"}) {
      CPPUNIT_ASSERT_MESSAGE(target, !parseTarget(target).has_value());
    }
  }

  void decodesEscapes() {
    CPPUNIT_ASSERT(percentDecode("a%20b+c", true) == "a b c");
    CPPUNIT_ASSERT(percentDecode("a%2Bb+c", false) == "a+b+c");
    CPPUNIT_ASSERT(!percentDecode("%", false));
    CPPUNIT_ASSERT(!percentDecode("%zz", false));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TargetTest);
