#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/Clock.h"
#include "base/SharedBuffer.h"
#include "net/ConnectionHandler.h"
#include "net/Timer.h"
#include "websocket/CloseCode.h"
#include "websocket/DeflateOptions.h"
#include "websocket/FrameParser.h"
#include "websocket/MessageAssembler.h"

namespace chat::net {
class Connection;
class Loop;
}  // namespace chat::net

namespace chat::websocket {

class Compression;
struct HeldBack;

struct Options {
  MessageAssembler::Limits limits;
  /// How long the peer may take for the closing handshake, and to read what waits for it, before the connection is
  /// ended without.
  base::Duration closeTimeout{30'000};
  DeflateOptions deflate;
};

/// Whether a message that is sent may be compressed, where the two sides have agreed on that and it is one that gets
/// smaller.
enum class Compress : std::uint8_t { IfAgreed, No };

/// What is done with the messages of a WebSocket. Calls come on the loop's thread.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  /// Views are valid during the call only; `text` is UTF-8.
  virtual void onText(std::string_view text) = 0;
  virtual void onBinary(std::string_view bytes) = 0;
  /// The answer to a ping, or one that nobody asked for.
  virtual void onPong() {}
  /// What had to wait for the peer has left.
  virtual void onDrained() {}
  /// The WebSocket is over: the peer's code, or ours where we found fault, AbnormalClosure where there was none,
  /// PolicyViolation for a peer that was too slow. The last call.
  virtual void onClosed(CloseCode code) = 0;
};

/// A WebSocket connection after its handshake (RFC 6455): answers pings, keeps the closing handshake, refuses what is
/// not allowed with the code that RFC and Autobahn expect.
///
/// A loop has other clients to serve: once the messages of one read have been inflated to MaxInflatedAtOnce, what is
/// left of it waits for the next turn, and the peer isn't read from until then. So a turn inflates for one client at
/// most that and one message.
///
/// Thread: the connection's loop. Ownership: the connection owns it (it is its handler). The sink must outlive it or
/// detach.
class Session final : public net::ConnectionHandler {
 public:
  static constexpr std::size_t MaxInflatedAtOnce = 256 * 1024;

  explicit Session(const Options& options);
  /// With permessage-deflate as it was agreed on, or null.
  Session(const Options& options, std::unique_ptr<Compression> compression);
  ~Session() override;

  /// Once, right after the upgrade.
  void start(net::Connection& connection, MessageSink* sink) noexcept;
  /// From now on another sink hears, or none.
  void setSink(MessageSink* sink) noexcept { _sink = sink; }

  /// One message of the joined pieces; at most 14 of them.
  void sendText(std::span<const std::string_view> pieces, Compress compress = Compress::IfAgreed) {
    send(Opcode::Text, pieces, compress);
  }
  void sendBinary(std::string_view bytes) { sendBinary(std::span(&bytes, 1)); }
  void sendBinary(std::span<const std::string_view> pieces, Compress compress = Compress::IfAgreed) {
    send(Opcode::Binary, pieces, compress);
  }
  /// A frame that was made before (see FrameHead), not compressed.
  void sendFrame(base::BufferSlice frame, Compress compress = Compress::IfAgreed);
  /// Every WebSocket library answers it by itself.
  void ping();
  /// Begins the closing handshake; messages that still come are dropped, reading goes on where it was paused. The sink
  /// hears of the end. `reason`: UTF-8, cut after 123 bytes.
  void close(CloseCode code, std::string_view reason = {});
  /// Ends the connection without the handshake.
  void abort();

  std::size_t backlog() const noexcept;
  /// Whether a message would leave with this turn of the loop: nothing waits from an earlier one, and of this one not
  /// more than the kernel may well take.
  bool writable() const noexcept;
  bool open() const noexcept { return _connection && _state == State::Open; }
  void pauseReading();
  void resumeReading();
  net::Connection& connection() const noexcept { return *_connection; }

 private:
  enum class State : std::uint8_t { Open, CloseSent, Ended };

  void onData(net::Connection& connection, std::span<char> bytes) override;
  void onDrained(net::Connection& connection) override;
  void onClosed(net::Connection& connection, net::CloseReason reason) override;

  void send(Opcode opcode, std::span<const std::string_view> pieces, Compress compress = Compress::IfAgreed);
  bool sendCompressed(Opcode opcode, std::span<const std::string_view> pieces, std::size_t length);
  void deliver(const MessageView& message);
  HeldBack* heldBack() const noexcept;
  void holdBack(std::string_view rest);
  void goOn();
  void onCloseFrame(std::string_view payload);
  void fail(FrameError error);
  void sendClose(CloseCode code, std::string_view reason);
  void armCloseTimer();
  void tellClosed(CloseCode code);

  net::Connection* _connection = nullptr;
  MessageSink* _sink = nullptr;
  FrameParser _parser;
  MessageAssembler _assembler;
  std::unique_ptr<Compression> _compression;  // null where the two sides didn't agree on it
  std::unique_ptr<net::Timer> _closeTimer;
  base::Duration _closeTimeout;
  State _state = State::Open;
};

}  // namespace chat::websocket
