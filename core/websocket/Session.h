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
struct DeferredInput;

struct Options {
  MessageAssembler::Limits limits;
  /// How long the peer may take for the closing handshake and to read what waits for it; after that the connection is
  /// aborted.
  base::Duration closeTimeout{30'000};
  DeflateOptions deflate;
};

/// Whether a message may be compressed, if the two sides have agreed on it and the message is large enough.
enum class Compress : std::uint8_t { IfAgreed, No };

/// Receives the messages of a WebSocket. Calls come on the loop's thread.
class MessageSink {
 public:
  virtual ~MessageSink() = default;
  /// Views are valid during the call only; `text` is UTF-8.
  virtual void onText(std::string_view text) = 0;
  virtual void onBinary(std::string_view bytes) = 0;
  /// The answer to a ping, or an unsolicited pong.
  virtual void onPong() {}
  /// Everything that waited for the peer has been sent.
  virtual void onDrained() {}
  /// The WebSocket is over. `code`: the peer's, or ours if we found an error; AbnormalClosure if there was no Close
  /// frame, PolicyViolation for a peer that was too slow. The last call.
  virtual void onClosed(CloseCode code) = 0;
};

/// A WebSocket connection after its handshake (RFC 6455): answers pings, does the closing handshake, closes on protocol
/// errors with the code that the RFC and Autobahn expect.
///
/// A loop has other clients to serve: once the messages of one read have inflated to MaxInflatedAtOnce bytes, the rest
/// of the read waits for the next turn, and the peer isn't read from until then. So in one turn a client gets at most
/// that many bytes and one message inflated.
///
/// Thread: the connection's loop. Ownership: the connection owns it (it is its handler). The sink must outlive it or
/// detach (`setSink`).
class Session final : public net::ConnectionHandler {
 public:
  static constexpr std::size_t MaxInflatedAtOnce = 256 * 1024;

  explicit Session(const Options& options);
  /// `compression`: permessage-deflate as agreed on; null: none.
  Session(const Options& options, std::unique_ptr<Compression> compression);
  ~Session() override;

  /// To be called once, right after the upgrade.
  void start(net::Connection& connection, MessageSink* sink) noexcept;
  /// Replaces the sink; null: no more calls.
  void setSink(MessageSink* sink) noexcept { _sink = sink; }

  /// Sends the pieces, at most 14, as one message.
  void sendText(std::span<const std::string_view> pieces, Compress compress = Compress::IfAgreed) {
    send(Opcode::Text, pieces, compress);
  }
  void sendBinary(std::string_view bytes) { sendBinary(std::span(&bytes, 1)); }
  void sendBinary(std::span<const std::string_view> pieces, Compress compress = Compress::IfAgreed) {
    send(Opcode::Binary, pieces, compress);
  }
  /// Sends a frame that was encoded before (see FrameHead), uncompressed.
  void sendFrame(base::BufferSlice frame, Compress compress = Compress::IfAgreed);
  /// Sends a ping, which every WebSocket library answers by itself.
  void ping();
  /// Begins the closing handshake; messages that still come are dropped, and paused reading goes on.
  /// MessageSink::onClosed follows. `reason`: UTF-8, cut after 123 bytes.
  void close(CloseCode code, std::string_view reason = {});
  /// Ends the connection without the handshake.
  void abort();

  std::size_t backlog() const noexcept;
  /// Whether a message would be sent in this turn of the loop: nothing waits from an earlier turn, and the bytes of
  /// this turn probably fit into the kernel's buffer.
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
  DeferredInput* deferredInput() const noexcept;
  void deferInput(std::string_view rest);
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
  std::unique_ptr<Compression> _compression;  // null if the two sides didn't agree on it
  std::unique_ptr<net::Timer> _closeTimer;
  base::Duration _closeTimeout;
  State _state = State::Open;
};

}  // namespace chat::websocket
