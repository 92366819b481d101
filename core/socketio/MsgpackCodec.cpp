#include "socketio/MsgpackCodec.h"

#include <simdjson.h>

#include <array>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/JsonText.h"
#include "socketio/PacketCodec.h"

namespace chat::socketio {
namespace {

using base::Failure;
using Json = nlohmann::ordered_json;  // members stay in their order

constexpr std::uint64_t LastType = static_cast<std::uint64_t>(PacketType::ConnectError);
constexpr std::uint8_t TimestampType = 0xff;          // -1
constexpr std::int64_t MaxSeconds = 253'402'300'799;  // the end of the year 9999

std::uint64_t bigEndian(const std::vector<std::uint8_t>& bytes, std::size_t from, std::size_t count) noexcept {
  std::uint64_t number = 0;
  for (std::size_t i = from; i < from + count; ++i) number = number << 8 | bytes[i];
  return number;
}

/// The input iterator for nlohmann's parser, which doesn't tell its reader the format of a value nor its position.
/// Keeps `reached` behind the last byte that was read.
class Cursor {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Cursor(const char* at, const char*& reached) noexcept : _at(at), _reached(&reached) {}
  reference operator*() const noexcept { return *_at; }
  Cursor& operator++() noexcept {
    *_reached = ++_at;
    return *this;
  }
  Cursor operator++(int) noexcept {
    const Cursor before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Cursor& other) const noexcept { return _at == other._at; }
  bool operator!=(const Cursor& other) const noexcept { return _at != other._at; }

 private:
  const char* _at;
  const char** _reached;
};

/// The text that `Date.toJSON` gives; `null` for a time outside of its range.
std::string dateText(std::int64_t seconds, std::uint64_t nanoseconds) {
  if (seconds < -62'167'219'200 || seconds > MaxSeconds || nanoseconds > 999'999'999) return "null";
  const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 40> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "\"%04d-%02u-%02uT%02d:%02d:%02d.%03dZ\"", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                    static_cast<int>(clock.seconds().count()), static_cast<int>(nanoseconds / 1'000'000));
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string millisecondsText(std::int64_t milliseconds) {
  const bool isEarlier = milliseconds % 1000 < 0;  // negative times: the division has rounded up
  const std::int64_t rest = milliseconds % 1000 + (isEarlier ? 1000 : 0);
  return dateText(milliseconds / 1000 - (isEarlier ? 1 : 0), static_cast<std::uint64_t>(rest) * 1'000'000);
}

/// Writes the JSON text while the MessagePack is read. The packet's own members are at depth 1.
class Reader : public nlohmann::json_sax<Json> {
 public:
  /// `reached`: see Cursor.
  Reader(std::size_t maxAttachments, const char* const& reached) : _maxAttachments(maxAttachments), _reached(reached) {}

  MsgpackPacket packet;
  PacketError error = PacketError::NotMsgpack;
  bool hasType = false;
  bool hasNsp = false;

  bool null() override { return scalar("null"); }
  bool boolean(bool value) override { return scalar(value ? "true" : "false"); }
  bool number_integer(Json::number_integer_t value) override { return number(value); }
  bool number_unsigned(Json::number_unsigned_t value) override {
    if (_depth == 1 && _member == "type" && value <= LastType) {
      packet.type = static_cast<PacketType>(value);
      hasType = true;
      return true;
    }
    if (_depth == 1 && _member == "id") {
      packet.ackId = value;
      return true;
    }
    return number(value);
  }
  bool number_float(Json::number_float_t value, const std::string&) override {
    return std::isfinite(value) ? number(value) : scalar("null");
  }
  bool string(std::string& value) override {
    if (!simdjson::validate_utf8(value)) return false;
    if (_depth == 1 && _member == "nsp") {
      packet.nsp = std::move(value);
      hasNsp = true;
      return true;
    }
    if (!begin()) return isIgnored();
    packet.json += '"';
    base::appendJsonEscaped(packet.json, value);
    packet.json += '"';
    return true;
  }
  bool binary(Json::binary_t& value) override {
    if (!value.has_subtype()) return begin() ? attachment(value) : isIgnored();
    const auto type = static_cast<std::uint8_t>(value.subtype());
    if (type == TimestampType) return scalar(timestamp(value));
    if (type == 0) {
      // Extensions that the encoder (notepack.io before release 3) defines, told apart only by their format:
      // `undefined` in fixext 1, dates in fixext 8, ArrayBuffers and typed arrays of any length in ext 8, 16 and 32.
      const auto format = fixedFormat(value.size());
      if (format == FixExt1) return _depth == 1 ? _member != "type" && _member != "nsp" : scalar("null");
      if (format == FixExt8) return scalar(millisecondsText(static_cast<std::int64_t>(bigEndian(value, 0, 8))));
      if (format == 0) return begin() ? attachment(value) : isIgnored();
    }
    if (!begin()) return isIgnored();
    packet.json += '[' + std::to_string(static_cast<std::int8_t>(type)) + ',';
    if (!attachment(value)) return false;
    packet.json += ']';
    return true;
  }
  bool start_object(std::size_t) override { return _depth == 0 ? ++_depth == 1 : open('{'); }
  bool key(std::string& name) override {
    if (!simdjson::validate_utf8(name)) return false;
    if (_depth == 1) {
      _member = std::move(name);
      if (_member == "data") packet.json.clear();
      return true;
    }
    if (!isData()) return true;
    separate();
    packet.json += '"';
    base::appendJsonEscaped(packet.json, name);
    packet.json += "\":";
    _afterKey = true;
    return true;
  }
  bool end_object() override { return close('}'); }
  bool start_array(std::size_t) override { return open('['); }
  bool end_array() override { return close(']'); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  bool isData() const noexcept { return _member == "data"; }
  /// Unknown members of the packet are skipped; a known one of the wrong type is an error.
  bool isIgnored() const noexcept { return _depth > 0 && _member != "type" && _member != "nsp" && _member != "id"; }

  static constexpr unsigned char FixExt1 = 0xd4, FixExt8 = 0xd7;
  /// The format byte, fixext 1 to 16, of the extension whose `size` bytes were read last; 0 for ext 8, 16 and 32, which
  /// have their length in that place.
  unsigned char fixedFormat(std::size_t size) const noexcept {
    if (size == 0 || size > 16 || !std::has_single_bit(size)) return 0;
    const auto format = static_cast<unsigned char>(*(_reached - size - 2));
    return format == FixExt1 + std::countr_zero(size) ? format : 0;
  }

  void separate() {
    if (packet.json.empty()) return;
    const char last = packet.json.back();
    if (last != '[' && last != '{') packet.json += ',';
  }
  /// Prepares to write a value; false if the value isn't within the packet's `data`.
  bool begin() {
    if (!isData() || _depth == 0) return false;
    if (!std::exchange(_afterKey, false)) separate();
    return true;
  }
  bool scalar(std::string_view text) {
    if (!begin()) return isIgnored();
    packet.json += text;
    return true;
  }
  template <typename Number>
  bool number(Number value) {
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return scalar({text.data(), static_cast<std::size_t>(end - text.data())});
  }
  bool attachment(Json::binary_t& bytes) {
    if (packet.attachments.size() >= _maxAttachments) {
      error = PacketError::TooManyAttachments;
      return false;
    }
    packet.json += R"({"_placeholder":true,"num":)" + std::to_string(packet.attachments.size()) + '}';
    packet.attachments.emplace_back(bytes.begin(), bytes.end());
    return true;
  }
  bool open(char bracket) {
    if (_depth >= MaxMsgpackDepth) error = PacketError::TooDeep;
    if (_depth == 0 || _depth >= MaxMsgpackDepth) return false;
    if (begin()) {
      packet.json += bracket;
    } else if (!isIgnored()) {
      return false;
    }
    ++_depth;
    return true;
  }
  bool close(char bracket) {
    if (--_depth > 0 && isData()) packet.json += bracket;
    return true;
  }
  static std::string timestamp(const Json::binary_t& bytes) {
    if (bytes.size() == 4) return dateText(static_cast<std::int64_t>(bigEndian(bytes, 0, 4)), 0);
    if (bytes.size() == 8) {
      const std::uint64_t both = bigEndian(bytes, 0, 8);
      return dateText(static_cast<std::int64_t>(both & ((std::uint64_t{1} << 34) - 1)), both >> 34);
    }
    if (bytes.size() == 12) return dateText(static_cast<std::int64_t>(bigEndian(bytes, 4, 8)), bigEndian(bytes, 0, 4));
    return "null";
  }

  const std::size_t _maxAttachments;
  const char* const& _reached;
  std::size_t _depth = 0;
  std::string _member;  // of the packet
  bool _afterKey = false;
};

}  // namespace

base::Result<MsgpackPacket, PacketError> decodeMsgpack(std::string_view bytes, std::size_t maxAttachments) {
  const char* reached = bytes.data();
  Reader reader(maxAttachments, reached);
  const Cursor first(bytes.data(), reached);
  const Cursor last(bytes.data() + bytes.size(), reached);
  if (!Json::sax_parse(first, last, &reader, Json::input_format_t::msgpack)) return Failure{reader.error};
  if (!reader.hasType || !reader.hasNsp) return Failure{PacketError::NotMsgpack};
  if (!payloadFits(reader.packet.type, reader.packet.json)) return Failure{PacketError::IllegalPayload};
  return std::move(reader.packet);
}

}  // namespace chat::socketio
