#pragma once

#include "gateway/endpoint/Endpoint.h"
#include "socketio/Socket.h"

namespace chat::gateway {

/// A Socket.IO socket as an endpoint.
class SocketEndpoint final : public Endpoint {
 public:
  explicit SocketEndpoint(socketio::Socket& socket);
  /// Ties the socket to its endpoint, from then on until the socket is gone.
  static void link(socketio::Socket& socket, SocketEndpoint& endpoint);
  static SocketEndpoint& of(const socketio::Socket& socket) noexcept;

  socketio::Socket& socket() const noexcept { return *_socket; }
  /// The socket is about to end; what a handler may still ask for is kept.
  void leave();

  void emit(std::string_view event, std::string_view args, std::span<const std::string_view> attachments) override;
  /// An event to this socket alone that is kept for its recovery; only if it has one. Of the options
  /// `isVolatile` was looked at before.
  void emitRecoverable(std::string_view event, std::string_view args, std::span<const std::string_view> attachments,
                       const plugin::EmitOptions& options, plugin::Stream stream);
  void acknowledge(const AckTicket& ticket, int status, std::string_view document) override;
  void acknowledgeArgs(const AckTicket& ticket, std::string_view args,
                       std::span<const std::string_view> attachments) override;
  void deliver(EncodingCache& encodings) override;
  void disconnect(bool closeConnection) override;
  void drop() override;
  void pauseReading() override;
  void resumeReading() override;
  std::size_t backlog() const noexcept override;
  bool writable() const noexcept override;
  std::shared_ptr<const engineio::Handshake> handshake() const override;
  void joinRoom(std::string_view room) override;
  void leaveRoom(std::string_view room) override;
  std::vector<std::string> rooms() const override;
  bool isServed() const noexcept override;

  std::string_view socketId() const noexcept override;
  std::string_view nsp() const noexcept override;
  std::string_view address() const noexcept override;
  std::string_view header(std::string_view name) const noexcept override;
  std::string_view query() const noexcept override;
  std::string_view transport() const noexcept override;
  int protocol() const noexcept override;

 private:
  socketio::Socket* _socket;                    // null once gone
  std::shared_ptr<const CallerSnapshot> _last;  // what it was, once gone
};

}  // namespace chat::gateway
