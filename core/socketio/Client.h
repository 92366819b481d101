#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engineio/api/Session.h"
#include "engineio/api/SessionListener.h"
#include "net/Timer.h"
#include "socketio/AttachmentAssembler.h"
#include "socketio/DisconnectReason.h"
#include "socketio/Packet.h"
#include "socketio/Socket.h"

namespace chat::socketio {

class Namespace;
class PacketWriter;
class Server;

/// The CONNECT_ERROR message for a namespace that isn't served.
inline constexpr std::string_view InvalidNamespace = "Invalid namespace";

/// One Engine.IO session and the sockets that it carries, one for each namespace the client has entered.
///
/// Reads packets, answers CONNECT, sends events to their socket. A packet that breaks the protocol ends the session:
/// with `parse error` if it is malformed, with `forced server close` if it comes at the wrong time.
/// Thread: the loop's. The server owns it until the turn in which the session ends is over.
class Client final : public engineio::SessionListener {
 public:
  Client(Server& server, engineio::Session& session);

  void onText(engineio::Session& session, std::string_view text) override;
  void onBinary(engineio::Session& session, std::string_view bytes) override;
  void onClosed(engineio::Session& session, engineio::CloseReason reason) override;
  void onDrained(engineio::Session& session) override;

  engineio::Session& session() const noexcept { return _session; }
  /// Whether it speaks the protocol of Socket.IO 1 and 2 (revision 4, over Engine.IO 3).
  bool isLegacy() const noexcept { return _legacy; }

 private:
  friend class Server;
  friend class Socket;

  struct Entry {
    Namespace* nsp;
    Socket* socket;  // null: the server has sent DISCONNECT; earlier packets of the client may still come
  };

  void handle(PacketView packet, std::span<const std::string_view> attachments);
  void handle(Socket& socket, const PacketView& packet, std::span<const std::string_view> attachments);
  bool attachmentsFit(std::string_view args, std::span<const std::string_view> attachments) const;
  void connect(std::string_view name, std::string_view auth);
  /// Sends a packet, encoded by the server's parser.
  void write(const PacketWriter& packet, std::span<const std::string_view> attachments = {});
  /// Answers CONNECT with an error if there is no socket for it.
  void refuse(std::string_view nsp, std::string_view message);
  Entry* entryOf(std::string_view nsp) noexcept;

  /// The socket was accepted.
  void entered() noexcept { _connectTimer.cancel(); }
  /// Removes the socket; `expectStragglers`: packets that the client sent before it got the DISCONNECT may still come.
  void forget(const Socket& socket, bool expectStragglers);
  void dropAll(DisconnectReason reason);
  /// DISCONNECT to each socket, then the end of the session.
  void disconnect();
  /// Ends the session without DISCONNECT.
  void end();
  void fail(PacketError error);
  void forceClose();

  Server& _server;
  engineio::Session& _session;
  std::size_t _index = 0;  // among the server's clients
  net::Timer _connectTimer;
  std::vector<Entry> _entries;
  std::unique_ptr<AttachmentAssembler> _assembler;
  bool _legacy;
  bool _closing = false;  // packets of the session are dropped from now on
  bool _forced = false;   // ended by the server
  bool _ended = false;    // the session has ended
};

}  // namespace chat::socketio
