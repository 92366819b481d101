#include "load/Wire.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace bench {
namespace {

constexpr std::string_view Key = "dGhlIHNhbXBsZSBub25jZQ==";  // RFC 6455's example
constexpr char TextFrame = 1;
constexpr char CloseFrame = 8;

}  // namespace

std::string maskedFrame(char opcode, std::string_view payload) {
  static constexpr std::array<char, 4> Mask{'\x37', '\xfa', '\x21', '\x3d'};
  std::string frame;
  frame.push_back(static_cast<char>(0x80 | opcode));
  const auto size = payload.size();
  if (size < 126) {
    frame.push_back(static_cast<char>(0x80 | size));
  } else {
    const int bytes = size <= 0xFFFF ? 2 : 8;
    frame.push_back(static_cast<char>(0x80 | (bytes == 2 ? 126 : 127)));
    for (int i = bytes - 1; i >= 0; --i) frame.push_back(static_cast<char>(size >> (8 * i)));
  }
  frame.append(Mask.data(), Mask.size());
  for (std::size_t i = 0; i < size; ++i) frame.push_back(static_cast<char>(payload[i] ^ Mask[i % 4]));
  return frame;
}

std::optional<ServerFrame> takeFrame(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto at = [&](std::size_t i) { return static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])); };
  std::uint64_t length = at(1) & 0x7F;
  const std::size_t extra = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (bytes.size() < 2 + extra) return std::nullopt;
  if (extra > 0) length = 0;
  for (std::size_t i = 0; i < extra; ++i) length = length << 8 | at(2 + i);
  if (bytes.size() - 2 - extra < length) return std::nullopt;
  return ServerFrame{static_cast<char>(at(0) & 0x0F), bytes.substr(2 + extra, length), 2 + extra + length};
}

std::optional<Answer> takeAnswer(std::string_view bytes) {
  const auto end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  Answer answer;
  answer.head = bytes.substr(0, end + 4);
  std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
  std::size_t length = 0;
  for (const std::string_view name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
    const auto field = answer.head.find(name);
    if (field == std::string_view::npos) continue;
    const auto digits = answer.head.substr(field + name.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), length);
  }
  if (bytes.size() - answer.head.size() < length) return std::nullopt;
  answer.body = bytes.substr(answer.head.size(), length);
  answer.whole = answer.head.size() + length;
  return answer;
}

Script::Script(const Options& options)
    : _answered(options.workload != Workload::Idle && options.workload != Workload::Waves),
      _host(options.host),
      _path(options.path) {
  const bool socketIo = options.protocol == Protocol::SocketIo || options.protocol == Protocol::Polling;
  const std::string payload(options.size, 'x');
  const std::string target = socketIo ? _path + "?EIO=4&transport=websocket" : _path;
  upgrade = "GET " + target + " HTTP/1.1\r\nHost: " + _host +
            "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " +
            std::string(Key) + "\r\n\r\n";
  enter = maskedFrame(TextFrame, "40");
  pong = maskedFrame(TextFrame, "3");
  close = maskedFrame(CloseFrame, std::string_view("\x03\xe8", 2));
  if (!socketIo) {
    operation = options.protocol == Protocol::Tcp ? payload : maskedFrame(TextFrame, payload);
    reply = payload;
    return;
  }
  const auto event = options.eventName();
  // One id for every request: a client's acknowledgements come in the order of its requests.
  const bool acknowledged = options.workload != Workload::Broadcast;
  const std::string packet = std::string("42") + (acknowledged ? "7" : "") + "[\"" + event + "\",\"" + payload + "\"]";
  operation = options.protocol == Protocol::Polling ? packet : maskedFrame(TextFrame, packet);
  reply = acknowledged ? "437[\"" + payload + "\"]" : "42[\"" + event + "\",\"" + payload + "\"]";
}

std::string Script::poll(std::string_view sid) const {
  std::string request = "GET " + _path + "?EIO=4&transport=polling";
  if (!sid.empty()) request.append("&sid=").append(sid);
  return request + " HTTP/1.1\r\nHost: " + _host + "\r\nAccept: */*\r\n\r\n";
}

std::string Script::post(std::string_view sid, std::string_view body) const {
  std::string request = "POST " + _path + "?EIO=4&transport=polling&sid=";
  request.append(sid).append(" HTTP/1.1\r\nHost: ").append(_host);
  request +=
      "\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return request.append(body);
}

}  // namespace bench
