#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <vector>

#include "core/websocket/Frames.h"
#include "websocket/MessageAssembler.h"

namespace chat::websocket {
namespace {

struct Received {
  std::vector<std::pair<Opcode, std::string>> messages;
  std::optional<FrameError> error;
  std::size_t errorAt = 0;  // how many bytes had been given
};

Received receive(std::string bytes, std::size_t chunk, MessageAssembler::Limits limits = {}) {
  Received received;
  FrameParser parser;
  MessageAssembler assembler(limits);
  for (std::size_t at = 0; at < bytes.size() && !received.error; at += chunk) {
    std::span<char> part(bytes.data() + at, std::min(chunk, bytes.size() - at));
    FramePiece piece;
    MessageView message;
    while (!received.error) {
      const auto status = parser.next(part, piece);
      if (status == FrameParser::Status::NeedMore) break;
      CPPUNIT_ASSERT(status == FrameParser::Status::Piece);
      switch (assembler.add(piece, message)) {
        case MessageAssembler::Status::NeedMore:
          break;
        case MessageAssembler::Status::Message:
          received.messages.emplace_back(message.opcode, message.bytes);
          break;
        case MessageAssembler::Status::Error:
          received.error = assembler.error();
          received.errorAt = at + chunk;
          break;
      }
    }
  }
  return received;
}

}  // namespace

class MessageAssemblerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(MessageAssemblerTest);
  CPPUNIT_TEST(fragmentsWithPingsBetween);
  CPPUNIT_TEST(faults);
  CPPUNIT_TEST(wrongUtf8IsRefusedAtTheWrongByte);
  CPPUNIT_TEST(theLongestMessagePasses);
  CPPUNIT_TEST_SUITE_END();

 public:
  void fragmentsWithPingsBetween() {
    const auto bytes =
        frame(0x01, "Gr\xC3") + frame(0x89, "p") + frame(0x00, "\xBC") + frame(0x80, "n") + frame(0x82, "after");
    for (std::size_t chunk = 1; chunk <= bytes.size(); ++chunk) {
      const auto received = receive(bytes, chunk);
      CPPUNIT_ASSERT(!received.error);
      CPPUNIT_ASSERT_EQUAL(std::size_t{3}, received.messages.size());
      CPPUNIT_ASSERT(received.messages[0] == std::pair(Opcode::Ping, std::string("p")));
      CPPUNIT_ASSERT(received.messages[1] == std::pair(Opcode::Text, std::string("Gr\xC3\xBCn")));
      CPPUNIT_ASSERT(received.messages[2] == std::pair(Opcode::Binary, std::string("after")));
    }
  }

  void faults() {
    struct Row {
      std::string bytes;
      FrameError error;
    };
    const std::vector<Row> rows{
        {frame(0x80, "x"), FrameError::UnexpectedContinuation},
        {frame(0x01, "x") + frame(0x81, "y"), FrameError::ExpectedContinuation},
        {frame(0x82, std::string(101, 'x')), FrameError::MessageTooBig},
        {frame(0x02, std::string(60, 'x')) + frame(0x80, std::string(60, 'x')), FrameError::MessageTooBig},
        {frame(0x02, "") + frame(0x00, "") + frame(0x00, "") + frame(0x00, ""), FrameError::TooManyFragments},
        {frame(0x81, "\xC3"), FrameError::InvalidUtf8},
        {frame(0x81, "\xED\xA0\x80"), FrameError::InvalidUtf8},
        {frame(0x88, "x"), FrameError::BadClosePayload},
        {frame(0x88, std::string("\x03\xED", 2)), FrameError::BadClosePayload},
        {frame(0x88, std::string("\x03\xE8\xFF", 3)), FrameError::InvalidUtf8},
    };
    for (const auto& row : rows) {
      for (const std::size_t chunk : {std::size_t{1}, std::size_t{3}, row.bytes.size()}) {
        const auto received = receive(row.bytes, chunk, {100, 3});
        CPPUNIT_ASSERT(received.error.has_value());
        CPPUNIT_ASSERT(*received.error == row.error);
      }
    }
  }

  void wrongUtf8IsRefusedAtTheWrongByte() {
    const auto bytes = frame(0x81, "fine \xF4\x90 and a long rest that needn't come");
    const std::size_t wrongByte = 6 + 7;  // the header, then the seventh byte of the text
    CPPUNIT_ASSERT_EQUAL(wrongByte, receive(bytes, 1).errorAt);
  }

  void theLongestMessagePasses() {
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, receive(frame(0x82, std::string(100, 'x')), 1000, {100, 3}).messages.size());
    CPPUNIT_ASSERT_EQUAL(
        std::size_t{1},
        receive(frame(0x02, std::string(50, 'x')) + frame(0x80, std::string(50, 'x')), 7, {100, 3}).messages.size());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MessageAssemblerTest);

}  // namespace chat::websocket
