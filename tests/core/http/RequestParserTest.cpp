#include <cppunit/extensions/HelperMacros.h>

#include <string>
#include <vector>

#include "http/RequestParser.h"

using chat::http::RequestError;
using chat::http::RequestParser;

namespace {

constexpr std::size_t HeadLimit = 1024;
constexpr std::size_t BodyLimit = 32;

struct Outcome {
  RequestParser::Status status = RequestParser::Status::NeedMore;
  RequestError error{};
  chat::http::Request request;
  std::size_t consumed = 0;
};

// Feeds the pieces one after the other, like reads, until the request is complete or refused.
Outcome parse(const std::vector<std::string_view>& pieces) {
  RequestParser parser(HeadLimit);
  Outcome outcome;
  for (std::string_view piece : pieces) {
    for (;;) {
      const auto step = parser.parse(piece);
      piece.remove_prefix(step.consumed);
      outcome.consumed += step.consumed;
      outcome.status = step.status;
      if (step.status == RequestParser::Status::Head && !parser.acceptBody(BodyLimit)) {
        outcome.status = RequestParser::Status::Failed;
      } else if (step.status == RequestParser::Status::Head) {
        continue;
      }
      break;
    }
    if (outcome.status != RequestParser::Status::NeedMore) break;
  }
  outcome.error = parser.error();
  outcome.request = std::move(parser.request());
  return outcome;
}

std::vector<std::string_view> bytewise(std::string_view text) {
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < text.size(); ++i) pieces.push_back(text.substr(i, 1));
  return pieces;
}

// In one piece, byte by byte, and split in two at every position: the result is the same.
template <typename Check>
void forEverySplit(const std::string& text, Check&& check) {
  check(parse({text}));
  check(parse(bytewise(text)));
  for (std::size_t i = 1; i < text.size(); ++i) {
    check(parse({std::string_view(text).substr(0, i), std::string_view(text).substr(i)}));
  }
}

struct Bad {
  const char* why;
  std::string text;
  RequestError error;
};

std::string repeated(std::string_view text, int times) {
  std::string result;
  while (times-- > 0) result += text;
  return result;
}

std::string withFields(std::string_view fields) {
  return "POST /p HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}

std::string chunked(std::string_view body) {
  return withFields("Transfer-Encoding: chunked\r\n") + std::string(body);
}

const std::vector<Bad>& badRequests() {
  using E = RequestError;
  using namespace std::string_literals;
  static const std::vector<Bad> Table{
      {"two lengths", withFields("Content-Length: 3\r\nContent-Length: 3\r\n"), E::BadContentLength},
      {"two other lengths", withFields("Content-Length: 3\r\nContent-Length: 4\r\n"), E::BadContentLength},
      {"a list of lengths", withFields("Content-Length: 3, 3\r\n"), E::BadContentLength},
      {"negative length", withFields("Content-Length: -3\r\n"), E::BadContentLength},
      {"signed length", withFields("Content-Length: +3\r\n"), E::BadContentLength},
      {"hexadecimal length", withFields("Content-Length: 0x3\r\n"), E::BadContentLength},
      {"empty length", withFields("Content-Length:\r\n"), E::BadContentLength},
      {"length beyond 64 bits", withFields("Content-Length: 99999999999999999999\r\n"), E::BadContentLength},
      {"10 GB announced", withFields("Content-Length: 10000000000\r\n"), E::BodyTooLarge},
      {"length and chunked", withFields("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n"), E::BadTransferEncoding},
      {"chunked and length", withFields("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), E::BadContentLength},
      {"chunked twice", withFields("Transfer-Encoding: chunked, chunked\r\n"), E::BadTransferEncoding},
      {"two encoding fields", withFields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
       E::BadTransferEncoding},
      {"chunked isn't last", withFields("Transfer-Encoding: chunked, gzip\r\n"), E::BadTransferEncoding},
      {"gzip before chunked", withFields("Transfer-Encoding: gzip, chunked\r\n"), E::UnknownTransferEncoding},
      {"chunked around gzip", withFields("Transfer-Encoding: chunked, gzip, chunked\r\n"), E::BadTransferEncoding},
      {"unknown encoding", withFields("Transfer-Encoding: xchunked\r\n"), E::UnknownTransferEncoding},
      {"identity", withFields("Transfer-Encoding: identity\r\n"), E::UnknownTransferEncoding},
      {"chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", E::BadTransferEncoding},
      {"two hosts", withFields("Host: a\r\n"), E::SeveralHosts},
      {"no host", "GET / HTTP/1.1\r\n\r\n", E::MissingHost},
      {"host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", E::BadHost},
      {"host with a space", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", E::BadHost},
      {"host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", E::BadHost},
      {"folded field", withFields("X: a\r\n b\r\n"), E::FoldedField},
      {"folded with a tab", withFields("X: a\r\n\tb\r\n"), E::FoldedField},
      {"fold before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", E::FoldedField},
      {"space before the colon", withFields("X : a\r\n"), E::BadField},
      {"no colon", withFields("X\r\n"), E::BadField},
      {"no name", withFields(": a\r\n"), E::BadField},
      {"brackets in a name", withFields("X[]: a\r\n"), E::BadField},
      {"NUL in a value", withFields("X: a\0b\r\n"s), E::BadField},
      {"control character in a value", withFields("X: a\x07\r\n"), E::BadField},
      {"DEL in a value", withFields("X: a\x7f\r\n"), E::BadField},
      {"bare CR in a value", withFields("X: a\rb\r\n"), E::BadLineEnding},
      {"bare CR before a field", withFields("\rX: a\r\n"), E::BadLineEnding},
      {"CR CR LF", withFields("X: a\r\r\n"), E::BadLineEnding},
      {"bare LF", "GET / HTTP/1.1\nHost: a\n\n", E::BadLineEnding},
      {"bare LF after a field", withFields("X: a\n"), E::BadLineEnding},
      {"bare LF first", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", E::BadLineEnding},
      {"no version", "GET /\r\nHost: a\r\n\r\n", E::BadTarget},
      {"space for a version", "GET / \r\n\r\n", E::BadRequestLine},
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", E::BadVersion},
      {"HTTP/9.9", "GET / HTTP/9.9\r\nHost: a\r\n\r\n", E::BadVersion},
      {"HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", E::BadRequestLine},
      {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", E::BadRequestLine},
      {"two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"words before the request", "Extra lineGET / HTTP/1.1\r\nHost: a\r\n\r\n", E::BadRequestLine},
      {"a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", E::BadRequestLine},
      {"leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n", E::BadRequestLine},
      {"two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", E::BadRequestLine},
      {"TLS", "\x16\x03\x01\x02", E::BadRequestLine},
      {"relative target", "GET hello HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"way out of the folder", "GET /a/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"encoded way out", "GET /%2e%2e%2fetc HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"NUL in the path", "GET /a%00b HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"raw byte in the target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"authority as target", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"GET of everything", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", E::BadTarget},
      {"101 fields", withFields(repeated("X: a\r\n", 100)), E::TooManyFields},
      {"large head", withFields("X: " + repeated("a", HeadLimit) + "\r\n"), E::HeadTooLarge},
      {"endless field", "GET / HTTP/1.1\r\nHost: a\r\nX: " + repeated("a", HeadLimit), E::HeadTooLarge},
      {"endless target", "GET /" + repeated("a", HeadLimit), E::TargetTooLong},
      {"unknown expectation", withFields("Expect: tea\r\nContent-Length: 1\r\n"), E::UnknownExpectation},
      {"chunk size isn't a number", chunked("x\r\n"), E::BadChunk},
      {"empty chunk size", chunked("\r\n"), E::BadChunk},
      {"negative chunk size", chunked("-1\r\n"), E::BadChunk},
      {"0x in a chunk size", chunked("0x1\r\na\r\n0\r\n\r\n"), E::BadChunk},
      {"space after a chunk size", chunked("1 \r\na\r\n0\r\n\r\n"), E::BadChunk},
      {"chunk size beyond 64 bits", chunked("10000000000000000\r\n"), E::BadChunk},
      {"chunk size of 2^64-1", chunked("ffffffffffffffff\r\n"), E::BodyTooLarge},
      {"chunk size over the limit", chunked("21\r\n"), E::BodyTooLarge},
      {"chunks over the limit", chunked("20\r\n" + repeated("a", 32) + "\r\n1\r\n"), E::BodyTooLarge},
      {"bare LF after a chunk size", chunked("1\na\r\n0\r\n\r\n"), E::BadChunk},
      {"chunk longer than its size", chunked("1\r\nab\r\n"), E::BadChunk},
      {"bare LF after chunk data", chunked("1\r\na\n0\r\n\r\n"), E::BadChunk},
      {"LF in an extension", chunked("1;a\nb\r\na\r\n0\r\n\r\n"), E::BadChunk},
      {"CR in an extension", chunked("1;a\rb\r\na\r\n0\r\n\r\n"), E::BadChunk},
      {"bare LF after a trailer", chunked("0\r\nX: a\n\r\n"), E::BadChunk},
      {"endless extension", chunked("1;" + repeated("a", 9000)), E::BadChunk},
  };
  return Table;
}

}  // namespace

class RequestParserTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(RequestParserTest);
  CPPUNIT_TEST(readsAHeadWithoutBody);
  CPPUNIT_TEST(readsABodyByLength);
  CPPUNIT_TEST(readsABodyInChunks);
  CPPUNIT_TEST(leavesWhatFollowsTheRequest);
  CPPUNIT_TEST(skipsOneEmptyLineBeforeTheRequest);
  CPPUNIT_TEST(tellsWhetherTheConnectionIsKept);
  CPPUNIT_TEST(tellsAnUpgrade);
  CPPUNIT_TEST(tellsThatContinueIsExpected);
  CPPUNIT_TEST(acceptsEdgeCases);
  CPPUNIT_TEST(waitsForTheRestOfAHead);
  CPPUNIT_TEST(refusesBadRequests);
  CPPUNIT_TEST(reservesNothingForAnAnnouncedBody);
  CPPUNIT_TEST_SUITE_END();

 public:
  void readsAHeadWithoutBody() {
    forEverySplit("GET /a%20b/c?x=1&y HTTP/1.1\r\nHost: example.org:18000\r\nX-Empty:\r\nAccept: \t*/* \r\n\r\n",
                  [](const Outcome& outcome) {
                    CPPUNIT_ASSERT(outcome.status == RequestParser::Status::Complete);
                    const auto& request = outcome.request;
                    CPPUNIT_ASSERT_EQUAL(std::string("GET"), std::string(request.method));
                    CPPUNIT_ASSERT_EQUAL(std::string("/a%20b/c?x=1&y"), std::string(request.target));
                    CPPUNIT_ASSERT_EQUAL(std::string("/a b/c"), request.path);
                    CPPUNIT_ASSERT_EQUAL(std::string("x=1&y"), std::string(request.query));
                    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, request.fields.size());
                    CPPUNIT_ASSERT(request.field("host") == "example.org:18000");
                    CPPUNIT_ASSERT(request.field("ACCEPT") == "*/*");
                    CPPUNIT_ASSERT(request.field("x-empty").empty());
                    CPPUNIT_ASSERT(request.keepAlive);
                    CPPUNIT_ASSERT(!request.isUpgrade);
                  });
  }

  void readsABodyByLength() {
    const auto text = withFields("content-length: 5\r\n") + "he\r\no";
    forEverySplit(text, [&](const Outcome& outcome) {
      CPPUNIT_ASSERT(outcome.status == RequestParser::Status::Complete);
      CPPUNIT_ASSERT_EQUAL(std::string("he\r\no"), outcome.request.body);
      CPPUNIT_ASSERT_EQUAL(text.size(), outcome.consumed);
    });
  }

  void readsABodyInChunks() {
    const auto text = chunked("C;name=\"x\"\r\nHellO world1\r\n00A\r\n0123456789\r\n0;last\r\nTrailer: x\r\n\r\n");
    forEverySplit(text, [&](const Outcome& outcome) {
      CPPUNIT_ASSERT(outcome.status == RequestParser::Status::Complete);
      CPPUNIT_ASSERT_EQUAL(std::string("HellO world10123456789"), outcome.request.body);
      CPPUNIT_ASSERT_EQUAL(text.size(), outcome.consumed);
    });
  }

  void leavesWhatFollowsTheRequest() {
    const auto first = chunked("1\r\na\r\n0\r\n\r\n");
    const auto outcome = parse({first + "GET / HTTP/1.1\r\n"});
    CPPUNIT_ASSERT(outcome.status == RequestParser::Status::Complete);
    CPPUNIT_ASSERT_EQUAL(first.size(), outcome.consumed);
  }

  void skipsOneEmptyLineBeforeTheRequest() {
    forEverySplit("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
                  [](const Outcome& outcome) { CPPUNIT_ASSERT(outcome.status == RequestParser::Status::Complete); });
  }

  void tellsWhetherTheConnectionIsKept() {
    CPPUNIT_ASSERT(!parse({"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"}).request.keepAlive);
    CPPUNIT_ASSERT(!parse({"GET / HTTP/1.0\r\n\r\n"}).request.keepAlive);
    CPPUNIT_ASSERT(parse({"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"}).request.keepAlive);
  }

  void tellsAnUpgrade() {
    const std::string fields = "Host: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\r\n";
    CPPUNIT_ASSERT(parse({"GET / HTTP/1.1\r\n" + fields}).request.isUpgrade);
    CPPUNIT_ASSERT(!parse({"GET / HTTP/1.0\r\n" + fields}).request.isUpgrade);
    CPPUNIT_ASSERT(!parse({"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"}).request.isUpgrade);
    CPPUNIT_ASSERT(!parse({"GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\n\r\n"}).request.isUpgrade);
  }

  void tellsThatContinueIsExpected() {
    RequestParser parser(HeadLimit);
    CPPUNIT_ASSERT(parser.parse(withFields("Expect: 100-Continue\r\nContent-Length: 3\r\n")).status ==
                   RequestParser::Status::Head);
    CPPUNIT_ASSERT(parser.expectsContinue());
    RequestParser bodiless(HeadLimit);
    CPPUNIT_ASSERT(bodiless.parse(withFields("Expect: 100-continue\r\n")).status == RequestParser::Status::Head);
    CPPUNIT_ASSERT(!bodiless.expectsContinue());
  }

  void acceptsEdgeCases() {
    for (const std::string_view head :
         {"GET http://example.com/hello?x HTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost:\r\n\r\n",
          "GET / HTTP/1.1\r\nhoSt:\texample.com\r\nempty:\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n",
          "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nX: \xc3\xa4\t\xff\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n0\r\n\r\n",
          "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"}) {
      forEverySplit(std::string(head), [&](const Outcome& outcome) {
        CPPUNIT_ASSERT_MESSAGE(std::string(head), outcome.status == RequestParser::Status::Complete);
      });
    }
    CPPUNIT_ASSERT(parse({withFields(repeated("X: a\r\n", 99))}).status == RequestParser::Status::Complete);
  }

  void waitsForTheRestOfAHead() {
    const std::string head = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
    for (std::size_t length = 0; length < head.size(); ++length) {
      CPPUNIT_ASSERT(parse({head.substr(0, length)}).status == RequestParser::Status::NeedMore);
    }
  }

  void refusesBadRequests() {
    for (const auto& bad : badRequests()) {
      forEverySplit(bad.text, [&](const Outcome& outcome) {
        CPPUNIT_ASSERT_MESSAGE(std::string(bad.why) + " passed", outcome.status == RequestParser::Status::Failed);
        CPPUNIT_ASSERT_EQUAL_MESSAGE(bad.why, std::string(sentence(bad.error)), std::string(sentence(outcome.error)));
      });
    }
  }

  void reservesNothingForAnAnnouncedBody() {
    RequestParser parser(HeadLimit);
    parser.parse(withFields("Content-Length: 10000000000\r\n"));
    CPPUNIT_ASSERT(parser.acceptBody(20'000'000'000));
    parser.parse("");
    CPPUNIT_ASSERT(parser.request().body.capacity() < 1024);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(RequestParserTest);
