#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "load/Options.h"

namespace bench {

/// A client's WebSocket frame, masked with a fixed key: the server must unmask it, whatever the key.
std::string maskedFrame(char opcode, std::string_view payload);

/// A server's frame at the front of `bytes`.
struct ServerFrame {
  char opcode = 0;
  std::string_view payload;
  std::size_t whole = 0;  ///< bytes of the frame
};
std::optional<ServerFrame> takeFrame(std::string_view bytes);

/// A whole HTTP answer at the front of `bytes`, with a Content-Length or without a body.
struct Answer {
  int status = 0;
  std::string_view head;
  std::string_view body;
  std::size_t whole = 0;
};
std::optional<Answer> takeAnswer(std::string_view bytes);

/// What clients send, made once for all of them.
struct Script {
  explicit Script(const Options& options);

  std::string upgrade;    ///< the request that opens a WebSocket
  std::string enter;      ///< Socket.IO's CONNECT
  std::string pong;       ///< the answer to a heartbeat
  std::string close;      ///< a Close frame
  std::string operation;  ///< what begins one operation
  std::string reply;      ///< what ends it: the bytes, the message, or the packet
  std::string poll(std::string_view sid) const;
  std::string post(std::string_view sid, std::string_view body) const;
  /// Each operation has its reply, and nothing else comes.
  bool answered() const noexcept { return _answered; }

 private:
  bool _answered;
  std::string _host;
  std::string _path;
};

}  // namespace bench
