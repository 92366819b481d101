#include "socketio/PacketCodec.h"

#include <algorithm>
#include <charconv>

#include "base/JsonText.h"
#include "socketio/PacketFlaw.h"

namespace chat::socketio {
namespace {

using base::Failure;

bool isDigit(char c) noexcept {
  return c >= '0' && c <= '9';
}

/// Reads digits from the front of `rest`. False if they exceed the type; without digits nothing is read.
template <typename Number>
bool takeNumber(std::string_view& rest, Number& number) noexcept {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error == std::errc::result_out_of_range) return false;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return true;
}

/// The position of the closing bracket of the array `json`. TooDeep: only its beginning was checked.
base::Result<std::size_t, PacketError> closingBracket(std::string_view json) noexcept {
  if (!json.starts_with('[')) return Failure{PacketError::IllegalPayload};
  const std::size_t end = base::skipJsonValue(json);
  if (end == std::string_view::npos) {
    return Failure{base::isJsonTooDeep(json) ? PacketError::TooDeep : PacketError::IllegalPayload};
  }
  if (base::skipJsonSpace(json, end) != json.size()) return Failure{PacketError::IllegalPayload};
  return end - 1;
}

std::string_view trimmed(std::string_view text) noexcept {
  text.remove_prefix(base::skipJsonSpace(text));
  const std::size_t last = text.find_last_not_of(" \t\r\n");
  return text.substr(0, last + 1);
}

}  // namespace

std::string_view describe(PacketError error) noexcept {
  switch (error) {
    case PacketError::UnknownType:
      return "unknown packet type";
    case PacketError::IllegalAttachments:
      return "illegal attachments";
    case PacketError::TooManyAttachments:
      return "too many attachments";
    case PacketError::IllegalAckId:
      return "illegal acknowledgement id";
    case PacketError::IllegalPayload:
      return "illegal payload";
    case PacketError::TooDeep:
      return "nested too deep";
    case PacketError::IllegalEventName:
      return "the event's name is neither a string nor a number";
    case PacketError::ReservedEventName:
      return "the event's name is reserved";
    case PacketError::NotMsgpack:
      return "no MessagePack packet";
    case PacketError::UnexpectedText:
      return "text where an attachment is awaited";
    case PacketError::UnexpectedAttachment:
      return "an attachment where none is awaited";
  }
  return "unknown error";
}

bool payloadFits(PacketType type, std::string_view json) noexcept {
  switch (type) {
    case PacketType::Connect:
      return json.empty() || json.front() == '{';
    case PacketType::Disconnect:
      return json.empty();
    case PacketType::ConnectError:
      return !json.empty() && (json.front() == '{' || json.front() == '"');
    default:
      return !json.empty() && json.front() == '[';
  }
}

base::Result<PacketView, PacketError> parsePacket(std::string_view text, std::size_t maxAttachments) noexcept {
  if (text.empty() || text.front() < '0' || text.front() > '6') return Failure{PacketError::UnknownType};
  PacketView packet;
  packet.type = static_cast<PacketType>(text.front() - '0');
  std::string_view rest = text.substr(1);

  if (packet.type == PacketType::BinaryEvent || packet.type == PacketType::BinaryAck) {
    if (rest.empty() || !isDigit(rest.front())) return Failure{PacketError::IllegalAttachments};
    if (!takeNumber(rest, packet.attachments)) return Failure{PacketError::TooManyAttachments};
    if (!rest.starts_with('-')) return Failure{PacketError::IllegalAttachments};
    if (packet.attachments > maxAttachments) return Failure{PacketError::TooManyAttachments};
    rest.remove_prefix(1);
  }
  if (rest.starts_with('/')) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    packet.nsp = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  if (!rest.empty() && isDigit(rest.front())) {
    std::uint64_t id = 0;
    if (takeNumber(rest, id)) {
      packet.ackId = id;
    } else {
      const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
      if (packet.type == PacketType::Event || packet.type == PacketType::BinaryEvent) {
        if (digits > MaxAckDigits) return Failure{PacketError::IllegalAckId};
        packet.ackDigits = rest.substr(0, digits);
      }
      rest.remove_prefix(digits);  // the server never asks for an acknowledgement with such an id
    }
  }
  if (!payloadFits(packet.type, rest)) return Failure{PacketError::IllegalPayload};
  packet.json = rest;
  return packet;
}

base::Result<EventParts, PacketError> splitEvent(std::string_view json, std::string& unescaped) {
  const auto close = closingBracket(json);
  if (!close && close.error() != PacketError::TooDeep) return Failure{close.error()};

  const std::size_t start = base::skipJsonSpace(json, 1);
  const char first = json[start];
  if (first != '"' && first != '-' && !isDigit(first)) return Failure{PacketError::IllegalEventName};
  const std::size_t end = base::skipJsonValue(json, start);

  EventParts parts;
  if (first == '"') {
    parts.name = json.substr(start + 1, end - start - 2);
    if (parts.name.find('\\') != std::string_view::npos) {
      unescaped = base::unescapeJson(parts.name);
      parts.name = unescaped;
    }
    if (isReserved(parts.name)) return Failure{PacketError::ReservedEventName};
  } else {
    parts.name = json.substr(start, end - start);
  }
  if (!close) {
    parts.areArgsTooDeep = true;
    return parts;
  }
  // After the name comes a comma or the bracket, as checked above.
  const std::size_t comma = base::skipJsonSpace(json, end);
  if (comma < close.value()) parts.args = trimmed(json.substr(comma + 1, close.value() - comma - 1));
  return parts;
}

base::Result<std::string_view, PacketError> splitAck(std::string_view json) noexcept {
  const auto close = closingBracket(json);
  if (!close) return Failure{close.error()};
  return trimmed(json.substr(1, close.value() - 1));
}

PacketWriter::PacketWriter(PacketType type, std::string_view prefix, std::optional<std::uint64_t> ackId,
                           std::size_t attachments) {
  if (attachments > 0 && type == PacketType::Event) type = PacketType::BinaryEvent;
  if (attachments > 0 && type == PacketType::Ack) type = PacketType::BinaryAck;
  char* end = _head.data();
  *end++ = static_cast<char>('0' + static_cast<int>(type));
  if (attachments > 0) {
    end = std::to_chars(end, _head.data() + _head.size() - 1, attachments).ptr;
    *end++ = '-';
  }
  add({_head.data(), static_cast<std::size_t>(end - _head.data())});
  if (!prefix.empty()) add(prefix);
  if (ackId) {
    end = std::to_chars(_ackId.data(), _ackId.data() + _ackId.size(), *ackId).ptr;
    add({_ackId.data(), static_cast<std::size_t>(end - _ackId.data())});
  }
}

PacketWriter& PacketWriter::ackDigits(std::string_view digits) {
  add(digits);
  return *this;
}

PacketWriter& PacketWriter::event(std::string_view name, std::string_view args) {
  if (base::needsJsonEscape(name)) {
    base::appendJsonEscaped(_escaped, name);
    name = _escaped;
  }
  add("[\"");
  add(name);
  if (args.empty()) {
    add("\"]");
  } else {
    add("\",");
    add(args);
    add("]");
  }
  return *this;
}

PacketWriter& PacketWriter::array(std::string_view args) {
  add("[");
  add(args);
  add("]");
  return *this;
}

PacketWriter& PacketWriter::payload(std::string_view json) {
  add(json);
  return *this;
}

std::string PacketWriter::text() const {
  std::string text;
  for (const auto piece : pieces()) text += piece;
  return text;
}

std::string namespacePrefix(std::string_view nsp) {
  std::string prefix;
  if (nsp != "/") {
    prefix.reserve(nsp.size() + 1);
    prefix += nsp;
    prefix += ',';
  }
  return prefix;
}

std::string connectErrorPayload(std::string_view message, std::string_view data) {
  std::string payload = R"({"message":")";
  base::appendJsonEscaped(payload, message);
  payload += '"';
  if (!data.empty()) {
    payload += R"(,"data":)";
    payload += data;
  }
  payload += '}';
  return payload;
}

}  // namespace chat::socketio
