#include <cppunit/extensions/HelperMacros.h>

#include <optional>
#include <string>
#include <vector>

#include "core/websocket/Frames.h"
#include "websocket/FrameParser.h"
#include "websocket/FrameWriter.h"

namespace chat::websocket {
namespace {

struct Parsed {
  std::vector<std::pair<FrameHeader, std::string>> frames;
  std::optional<FrameError> error;
};

/// Feeds the bytes in two parts.
Parsed parse(std::string bytes, std::size_t split) {
  Parsed parsed;
  FrameParser parser;
  const auto feed = [&](std::span<char> part) {
    FramePiece piece;
    while (!parsed.error) {
      const auto status = parser.next(part, piece);
      if (status == FrameParser::Status::NeedMore) return;
      if (status == FrameParser::Status::Error) {
        parsed.error = parser.error();
        return;
      }
      if (piece.begins) parsed.frames.emplace_back(piece.header, "");
      parsed.frames.back().second.append(piece.bytes.data(), piece.bytes.size());
    }
  };
  feed(std::span(bytes.data(), split));
  feed(std::span(bytes.data() + split, bytes.size() - split));
  return parsed;
}

}  // namespace

class FrameParserTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(FrameParserTest);
  CPPUNIT_TEST(framesOfEveryLengthSplitAnywhere);
  CPPUNIT_TEST(badHeaders);
  CPPUNIT_TEST(longLengthIsToldBeforeThePayloadComes);
  CPPUNIT_TEST(unmasksFromAnyPhase);
  CPPUNIT_TEST(writtenHeads);
  CPPUNIT_TEST_SUITE_END();

 public:
  void framesOfEveryLengthSplitAnywhere() {
    for (const std::size_t length : {0, 1, 7, 125, 126, 127, 300, 65535, 65536}) {
      std::string payload;
      for (std::size_t i = 0; i < length; ++i) payload.push_back(static_cast<char>(i * 7));
      const auto bytes = frame(0x82, payload) + frame(0x89, "ping");
      const std::size_t step = bytes.size() > 1000 ? 997 : 1;
      for (std::size_t split = 0; split <= bytes.size(); split += step) {
        const auto parsed = parse(bytes, split);
        CPPUNIT_ASSERT(!parsed.error);
        CPPUNIT_ASSERT_EQUAL(std::size_t{2}, parsed.frames.size());
        CPPUNIT_ASSERT(parsed.frames[0].first.opcode == Opcode::Binary);
        CPPUNIT_ASSERT(parsed.frames[0].first.fin);
        CPPUNIT_ASSERT(parsed.frames[0].second == payload);
        CPPUNIT_ASSERT(parsed.frames[1].first.opcode == Opcode::Ping);
        CPPUNIT_ASSERT_EQUAL(std::string("ping"), parsed.frames[1].second);
      }
    }
  }

  void badHeaders() {
    struct Row {
      std::string bytes;
      FrameError error;
    };
    const std::vector<Row> rows{
        {frame(0xC1, "x"), FrameError::ReservedBits},
        {frame(0xA1, "x"), FrameError::ReservedBits},
        {frame(0x91, "x"), FrameError::ReservedBits},
        {frame(0x83, "x"), FrameError::UnknownOpcode},
        {frame(0x8B, "x"), FrameError::UnknownOpcode},
        {frame(0x09, "x"), FrameError::FragmentedControl},
        {frame(0x89, std::string(126, 'p')), FrameError::ControlTooLong},
        {std::string("\x81\x01x", 3), FrameError::NotMasked},
        {std::string("\x82\xFE\x00\x7D", 4) + std::string(4, 'm') + std::string(125, 'x'),
         FrameError::LengthNotMinimal},
        {std::string("\x82\xFF\x00\x00\x00\x00\x00\x00\xFF\xFF", 10) + std::string(4, 'm'),
         FrameError::LengthNotMinimal},
        {std::string("\x82\xFF\x80\x00\x00\x00\x00\x01\x00\x00", 10) + std::string(4, 'm'),
         FrameError::LengthNotMinimal},
    };
    for (const auto& row : rows) {
      for (std::size_t split = 0; split <= std::min<std::size_t>(row.bytes.size(), 20); ++split) {
        const auto parsed = parse(row.bytes, split);
        CPPUNIT_ASSERT(parsed.error.has_value());
        CPPUNIT_ASSERT(*parsed.error == row.error);
      }
    }
  }

  void longLengthIsToldBeforeThePayloadComes() {
    auto bytes = std::string("\x82\xFF\x00\x00\x00\x02\x00\x00\x00\x00", 10) + std::string(4, 'm');  // 8 GiB
    const auto parsed = parse(bytes, bytes.size());
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, parsed.frames.size());
    CPPUNIT_ASSERT_EQUAL(std::uint64_t{1} << 33, parsed.frames[0].first.length);
  }

  void unmasksFromAnyPhase() {
    const std::array<unsigned char, 4> mask{1, 2, 3, 4};
    for (std::size_t size = 0; size < 40; ++size) {
      for (std::size_t phase = 0; phase < 4; ++phase) {
        std::string bytes(size, 'a');
        unmask(bytes, mask, phase);
        for (std::size_t i = 0; i < size; ++i)
          CPPUNIT_ASSERT_EQUAL('a' ^ mask[(phase + i) % 4], static_cast<int>(bytes[i]));
      }
    }
  }

  void writtenHeads() {
    CPPUNIT_ASSERT_EQUAL(std::string("\x81\x05", 2), std::string(FrameHead(Opcode::Text, 5).view()));
    CPPUNIT_ASSERT_EQUAL(std::string("\x82\x7E\x01\x00", 4), std::string(FrameHead(Opcode::Binary, 256).view()));
    CPPUNIT_ASSERT_EQUAL(std::string("\x82\x7F\0\0\0\0\0\1\0\0", 10),
                         std::string(FrameHead(Opcode::Binary, 65536).view()));
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(FrameParserTest);

}  // namespace chat::websocket
