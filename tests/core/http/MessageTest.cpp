#include <cppunit/extensions/HelperMacros.h>

#include "http/Message.h"
#include "http/ResponseHead.h"

using namespace chat::http;

class MessageTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(MessageTest);
  CPPUNIT_TEST(findsQueryParameters);
  CPPUNIT_TEST(writesAHead);
  CPPUNIT_TEST(leavesOutFieldsThatWouldBreakTheHead);
  CPPUNIT_TEST(writesDates);
  CPPUNIT_TEST_SUITE_END();

 public:
  void findsQueryParameters() {
    Request request;
    request.query = "EIO=4&empty=&flag&a%62c=d%20e+f&EIO=5&bad=%zz";
    CPPUNIT_ASSERT(request.queryParameter("EIO") == "4");
    CPPUNIT_ASSERT(request.queryParameter("empty") == "");
    CPPUNIT_ASSERT(request.queryParameter("flag") == "");
    CPPUNIT_ASSERT(request.queryParameter("abc") == "d e f");
    CPPUNIT_ASSERT(!request.queryParameter("bad"));
    CPPUNIT_ASSERT(!request.queryParameter("eio"));
    CPPUNIT_ASSERT(!request.queryParameter("missing"));
  }

  void writesAHead() {
    std::string head;
    appendHead(head, Response(413, "text/plain", "too much"), {{}, false, {}});
    CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain\r\n"
                                     "Content-Length: 8\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                                     "Connection: close\r\n\r\n"),
                         head);
    head.clear();
    Response empty;
    empty.status = 204;
    appendHead(head, empty, {{}, true, chat::base::Duration{5000}});
    CPPUNIT_ASSERT_EQUAL(std::string("HTTP/1.1 204 No Content\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                                     "Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n\r\n"),
                         head);
  }

  void leavesOutFieldsThatWouldBreakTheHead() {
    Response response;
    response.set("X-Good", "a");
    response.set("X-Bad", "a\r\nSet-Cookie: b");
    response.set("X-Bad\n", "a");
    std::string head;
    appendHead(head, response, {{}, false, {}});
    CPPUNIT_ASSERT(head.find("X-Good: a\r\n") != std::string::npos);
    CPPUNIT_ASSERT(head.find("Bad") == std::string::npos);
    CPPUNIT_ASSERT(head.find("Set-Cookie") == std::string::npos);
  }

  void writesDates() {
    const auto date = [](std::time_t seconds) {
      return std::string(httpDate(std::chrono::system_clock::from_time_t(seconds)));
    };
    CPPUNIT_ASSERT_EQUAL(std::string("Sun, 06 Nov 1994 08:49:37 GMT"), date(784111777));
    CPPUNIT_ASSERT_EQUAL(std::string("Thu, 29 Feb 2024 23:59:59 GMT"), date(1709251199));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageTest);
