#include "socketio/MsgpackOutline.h"

#include <simdjson.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/JsonText.h"

namespace chat::socketio {

namespace {

// The first bytes of values, from MessagePack's specification.
enum Format : std::uint8_t {
  FixMap = 0x80,
  FixArray = 0x90,
  FixStr = 0xa0,
  Nil = 0xc0,
  Unused = 0xc1,
  False = 0xc2,
  True = 0xc3,
  Bin8 = 0xc4,
  Bin32 = 0xc6,
  Ext8 = 0xc7,
  Ext32 = 0xc9,
  Float32 = 0xca,
  Float64 = 0xcb,
  UInt8 = 0xcc,
  UInt64 = 0xcf,
  Int8 = 0xd0,
  Int64 = 0xd3,
  FixExt1 = 0xd4,
  FixExt16 = 0xd8,
  Str8 = 0xd9,
  Str32 = 0xdb,
  Array16 = 0xdc,
  Array32 = 0xdd,
  Map16 = 0xde,
  Map32 = 0xdf,
  NegativeFixInt = 0xe0,
};

/// Walks over values. After a fault, such as an end in the middle of a value, everything is nothing.
class Walk {
 public:
  explicit Walk(std::string_view bytes) noexcept : _bytes(bytes) {}

  bool isFine() const noexcept { return _isFine; }

  /// Each value is counted before it comes, so nesting needs no stack.
  void skip() noexcept {
    for (std::uint64_t pending = 1; pending > 0 && _isFine; --pending) pending += head();
  }

  /// How many members a map has; nothing if the next value isn't one.
  std::optional<std::uint64_t> map() noexcept { return container(FixMap, Map16, Map32); }
  std::optional<std::uint64_t> array() noexcept { return container(FixArray, Array16, Array32); }

  std::optional<std::string_view> text() noexcept {
    const std::uint8_t format = peek();
    if (format >= FixStr && format < Nil) {
      ++_at;
      return take(format - FixStr);
    }
    if (format < Str8 || format > Str32) return std::nullopt;
    ++_at;
    return take(number(std::size_t{1} << (format - Str8)));
  }

  std::optional<std::uint64_t> integer() noexcept {
    const std::uint8_t format = peek();
    if (format < FixMap) return number(1);
    if (format < UInt8 || format > UInt64) return std::nullopt;
    ++_at;
    return number(std::size_t{1} << (format - UInt8));
  }

 private:
  /// Beyond the end it is a byte that begins no value.
  std::uint8_t peek() const noexcept {
    return _at < _bytes.size() ? static_cast<std::uint8_t>(_bytes[_at]) : std::uint8_t{Unused};
  }

  std::string_view take(std::uint64_t size) noexcept {
    if (size > _bytes.size() - _at) {
      _isFine = false;
      return {};
    }
    const std::string_view taken = _bytes.substr(_at, static_cast<std::size_t>(size));
    _at += taken.size();
    return taken;
  }

  std::uint64_t number(std::size_t size) noexcept {
    std::uint64_t value = 0;
    for (const char c : take(size)) value = value << 8 | static_cast<std::uint8_t>(c);
    return value;
  }

  std::optional<std::uint64_t> container(Format fixed, Format of16, Format of32) noexcept {
    const std::uint8_t format = peek();
    if (format >= fixed && format < fixed + 16) return number(1) - fixed;
    if (format != of16 && format != of32) return std::nullopt;
    ++_at;
    return number(format == of16 ? 2 : 4);
  }

  /// Skips a value except the values in it, and returns how many there are.
  std::uint64_t head() noexcept {
    if (const auto members = map()) return 2 * *members;
    if (const auto elements = array()) return *elements;
    if (text() || integer()) return 0;
    const std::uint8_t format = peek();
    if (format == Unused) _isFine = false;
    ++_at;
    if (format >= Bin8 && format <= Bin32) take(number(std::size_t{1} << (format - Bin8)));
    if (format >= Ext8 && format <= Ext32) take(number(std::size_t{1} << (format - Ext8)) + 1);
    if (format == Float32 || format == Float64) take(format == Float32 ? 4 : 8);
    if (format >= Int8 && format <= Int64) take(std::size_t{1} << (format - Int8));
    if (format >= FixExt1 && format <= FixExt16) take((std::size_t{1} << (format - FixExt1)) + 1);
    return 0;
  }

  std::string_view _bytes;
  std::size_t _at = 0;
  bool _isFine = true;
};

std::string tooDeep(PacketType type, std::string_view name) {
  std::string json = type == PacketType::Connect ? R"({"":)" : "[";
  if (type == PacketType::Event) {
    json += '"';
    base::appendJsonEscaped(json, name);
    json += "\",";
  }
  return json.append(base::MaxJsonDepth, '[');
}

}  // namespace

std::optional<MsgpackPacket> outlineOfMsgpack(std::string_view bytes) {
  MsgpackPacket packet;
  std::optional<std::uint64_t> type;
  std::optional<std::string_view> nsp;
  std::optional<std::string_view> name;
  Walk walk(bytes);
  for (auto members = walk.map().value_or(0); members > 0 && walk.isFine(); --members) {
    const auto member = walk.text();
    if (!member) return std::nullopt;
    if (member == "type") {
      if (!(type = walk.integer())) return std::nullopt;
    } else if (member == "nsp") {
      if (!(nsp = walk.text())) return std::nullopt;
    } else if (member == "id") {
      if (!(packet.ackId = walk.integer())) return std::nullopt;
    } else if (member == "data") {
      Walk inside = walk;
      if (inside.array().value_or(0) > 0) name = inside.text();
      walk.skip();
    } else {
      walk.skip();
    }
  }
  if (!walk.isFine() || !type || !nsp || !simdjson::validate_utf8(nsp->data(), nsp->size())) return std::nullopt;
  if (*type > static_cast<std::uint64_t>(PacketType::ConnectError)) return std::nullopt;
  packet.type = static_cast<PacketType>(*type);
  const bool isEvent = packet.type == PacketType::Event;
  if (!isEvent && packet.type != PacketType::Connect && packet.type != PacketType::Ack) return std::nullopt;
  if (isEvent && (!name || !simdjson::validate_utf8(name->data(), name->size()))) return std::nullopt;
  packet.nsp = *nsp;
  packet.json = tooDeep(packet.type, name.value_or(""));
  return packet;
}

}  // namespace chat::socketio
