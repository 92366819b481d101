#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "engineio/Session.h"
#include "engineio/SessionListener.h"
#include "net/Timer.h"
#include "socketio/AttachmentAssembler.h"
#include "socketio/DisconnectReason.h"
#include "socketio/Packet.h"
#include "socketio/Socket.h"

namespace chat::socketio {

class Namespace;
class PacketWriter;
class Server;

/// What a client is told that asks for a namespace which nobody serves.
inline constexpr std::string_view InvalidNamespace = "Invalid namespace";

/// One Engine.IO session and the sockets that it carries, one for each namespace the client has entered.
///
/// Reads packets, answers CONNECT, sends events to their socket. A packet that breaks the protocol ends the session:
/// `parse error` where it is malformed, `forced server close` where it comes at the wrong time.
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
    Socket* socket;  // null: the server has sent DISCONNECT, and what the client sent before it knew is on the way
  };

  void handle(PacketView packet, std::span<const std::string_view> attachments);
  void handle(Socket& socket, const PacketView& packet, std::span<const std::string_view> attachments);
  bool attachmentsFit(std::string_view args, std::span<const std::string_view> attachments) const;
  void connect(std::string_view name, std::string_view auth);
  /// Sends a packet in the way of the server's parser.
  void write(const PacketWriter& packet, std::span<const std::string_view> attachments = {});
  /// Answers CONNECT where there is no socket to do it.
  void refuse(std::string_view nsp, std::string_view message);
  Entry* entryOf(std::string_view nsp) noexcept;

  /// The socket was accepted.
  void entered() noexcept { _connectTimer.cancel(); }
  /// The socket leaves; `expectStragglers` where the client doesn't know yet.
  void forget(const Socket& socket, bool expectStragglers);
  void dropAll(DisconnectReason reason);
  /// DISCONNECT to each socket, then the end of the session.
  void disconnect();
  /// The end of the session without a word.
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
  bool _closing = false;  // nothing more is taken from the session
  bool _forced = false;   // by us
  bool _ended = false;    // the session is gone
};

}  // namespace chat::socketio
