#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/engineio/Rig.h"
#include "core/websocket/Frames.h"

namespace chat::engineio::test {

/// The client's side of a session, over any transport.
class Client {
 public:
  virtual ~Client() = default;
  /// One packet, as text.
  virtual void send(std::string_view packet) = 0;
  /// The packets that have come since the last call, and the end of the transport (`400`, `close 1000`, `end`).
  virtual Lines received() = 0;
  /// The client disconnects without closing.
  virtual void vanish() = 0;
};

/// The session id of an open packet.
inline std::string sidOf(std::string_view open) {
  const auto at = open.find("\"sid\":\"");
  CPPUNIT_ASSERT_MESSAGE(std::string(open), at != std::string_view::npos);
  return std::string(open.substr(at + 7, 20));
}

/// Polls whenever `received` is called.
class PollingClient final : public Client {
 public:
  explicit PollingClient(Rig& rig, int protocol = 4)
      : _rig(rig), _protocol(protocol), _query("EIO=" + std::to_string(protocol) + "&transport=polling") {
    opening = packets(rig.request("GET", _query).answer);
    sid = sidOf(opening.front());
    _query += "&sid=" + sid;
  }

  void send(std::string_view packet) override { post(packet); }
  Lines received() override {
    Lines all;
    for (;;) {
      if (!waiting) waiting = &poll();
      if (!waiting->answered()) return all;
      const auto& answered = *std::exchange(waiting, nullptr);
      if (answered.status != 200) {
        all.push_back(std::to_string(answered.status));
        return all;
      }
      for (auto& packet : packets(answered.answer)) all.push_back(std::move(packet));
    }
  }
  void vanish() override {
    received();  // leaves a waiting poll
    _rig.on([this] { waiting->abort(); });
    _rig.settle();
  }

  FakeExchange& poll() { return _rig.request("GET", _query); }
  FakeExchange& post(std::string_view packet) {
    return _rig.request("POST", _query,
                        _protocol == 4 ? std::string(packet)  //
                                       : std::to_string(packet.size()) + ':' + std::string(packet));
  }

  std::string sid;
  Lines opening;                    ///< the handshake's packets
  FakeExchange* waiting = nullptr;  ///< the poll that is under way

 private:
  /// The packets of an answer; the texts of these tests are ASCII.
  Lines packets(std::string_view body) const {
    Lines all;
    while (_protocol == 3 && !body.empty()) {
      const auto colon = body.find(':');
      const auto length = std::stoul(std::string(body.substr(0, colon)));
      all.emplace_back(body.substr(colon + 1, length));
      body.remove_prefix(colon + 1 + length);
    }
    while (_protocol == 4) {
      const auto end = body.find('\x1e');
      all.emplace_back(body.substr(0, end));
      if (end == std::string_view::npos) break;
      body.remove_prefix(end + 1);
    }
    return all;
  }

  Rig& _rig;
  const int _protocol;
  std::string _query;
};

/// Doesn't answer a Close frame by itself; sends what the test demands.
class WebSocketClient final : public Client {
 public:
  /// `sid`: of a session that polls and is to be upgraded.
  explicit WebSocketClient(Rig& rig, int protocol = 4, const std::string& sid = {}) : _rig(rig) {
    const auto& exchange = rig.request(
        "GET", "EIO=" + std::to_string(protocol) + "&transport=websocket" + (sid.empty() ? "" : "&sid=" + sid), {},
        {{"Host", "chat.example"},
         {"Connection", "Upgrade"},
         {"Upgrade", "websocket"},
         {"Sec-WebSocket-Version", "13"},
         {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}});
    CPPUNIT_ASSERT_EQUAL(101, exchange.status);
    _end = exchange.clientEnd;
  }
  ~WebSocketClient() override {
    if (_end >= 0) ::close(_end);
  }
  WebSocketClient(const WebSocketClient&) = delete;
  WebSocketClient& operator=(const WebSocketClient&) = delete;

  void send(std::string_view packet) override { write(websocket::frame(0x81, packet)); }
  void sendBinary(std::string_view bytes) { write(websocket::frame(0x82, bytes)); }
  void close(int code) {
    write(websocket::frame(0x88, std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)}));
  }
  /// Several frames in one read of the server.
  void write(std::string_view frames) {
    CPPUNIT_ASSERT_EQUAL(static_cast<ssize_t>(frames.size()), ::send(_end, frames.data(), frames.size(), MSG_NOSIGNAL));
    _rig.settle();
  }
  Lines received() override {
    _rig.settle();
    std::array<char, 4096> buffer;
    ssize_t count = 0;
    while ((count = ::recv(_end, buffer.data(), buffer.size(), 0)) > 0) {
      _bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
    auto all = frames();
    if (count == 0) all.emplace_back("end");
    return all;
  }
  void vanish() override {
    ::close(std::exchange(_end, -1));
    _rig.settle();
  }

 private:
  Lines frames() {
    Lines all;
    while (_bytes.size() >= 2) {
      const auto opcode = static_cast<unsigned char>(_bytes[0]) & 0xFU;
      std::size_t length = static_cast<unsigned char>(_bytes[1]);
      std::size_t head = 2;
      if (length >= 126) {
        const std::size_t bytes = length == 126 ? 2 : 8;
        length = 0;
        for (std::size_t i = 0; i < bytes; ++i) length = length << 8 | static_cast<unsigned char>(_bytes[head++]);
      }
      const auto payload = _bytes.substr(head, length);
      _bytes.erase(0, head + length);
      if (opcode == 8) {
        const auto code = payload.size() < 2 ? 1005U
                                             : static_cast<unsigned>(static_cast<unsigned char>(payload[0])) << 8 |
                                                   static_cast<unsigned char>(payload[1]);
        all.push_back("close " + std::to_string(code));
      } else {
        all.push_back((opcode == 2 ? "b:" : "") + payload);
      }
    }
    return all;
  }

  Rig& _rig;
  int _end = -1;
  std::string _bytes;
};

/// The transports that a session may begin with.
inline constexpr std::array<std::string_view, 2> Transports{"polling", "websocket"};

/// A session that has just been opened; the handshake's packets were taken, and the listener's log is empty.
inline std::unique_ptr<Client> connect(Rig& rig, std::string_view transport, int protocol = 4) {
  std::unique_ptr<Client> client;
  if (transport == "polling") {
    client = std::make_unique<PollingClient>(rig, protocol);
  } else {
    client = std::make_unique<WebSocketClient>(rig, protocol);
    client->received();
  }
  rig.heard();
  return client;
}

/// As one line, to compare and to show.
inline std::string joined(const Lines& lines) {
  std::string all;
  for (const auto& line : lines) all += (all.empty() ? "" : " | ") + line;
  return all;
}

}  // namespace chat::engineio::test
