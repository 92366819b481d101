#include <cppunit/extensions/HelperMacros.h>

#include "http/Router.h"

using chat::http::Router;

class RouterTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RouterTest);
  CPPUNIT_TEST(prefersExactThenLongestPrefix);
  CPPUNIT_TEST(findsNothingInAnEmptyTable);
  CPPUNIT_TEST_SUITE_END();

 public:
  void prefersExactThenLongestPrefix() {
    Router router;
    for (const auto* path : {"/", "/socket.io/", "/a/"}) router.add(Router::Match::Prefix, path, {}, nullptr);
    for (const auto* path : {"/login", "/socket.io/socket.io.js"}) router.add(Router::Match::Exact, path, {}, nullptr);
    const auto found = [&](std::string_view path) { return router.find(path)->path; };
    CPPUNIT_ASSERT_EQUAL(std::string("/login"), found("/login"));
    CPPUNIT_ASSERT_EQUAL(std::string("/"), found("/login/"));
    CPPUNIT_ASSERT_EQUAL(std::string("/"), found("/socket.io"));
    CPPUNIT_ASSERT_EQUAL(std::string("/socket.io/"), found("/socket.io/"));
    CPPUNIT_ASSERT_EQUAL(std::string("/socket.io/"), found("/socket.io/x"));
    CPPUNIT_ASSERT_EQUAL(std::string("/socket.io/socket.io.js"), found("/socket.io/socket.io.js"));
  }

  void findsNothingInAnEmptyTable() {
    Router router;
    CPPUNIT_ASSERT(!router.find("/"));
    router.add(Router::Match::Prefix, "/a", {}, nullptr);
    CPPUNIT_ASSERT(!router.find("/b"));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RouterTest);
