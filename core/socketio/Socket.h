#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/Clock.h"
#include "engineio/api/Session.h"
#include "socketio/AckCallback.h"
#include "socketio/EncodedEvent.h"
#include "socketio/EventSink.h"
#include "socketio/Rooms.h"

namespace chat::socketio {

class AckTable;
class Client;
class Namespace;
class Server;

/// Names a socket from another thread or at a later time. The socket may be gone by then: `Server::find` returns null.
struct SocketHandle {
  std::uint32_t loop = 0;
  std::uint32_t slot = 0;
  std::uint64_t generation = 0;  ///< 0 names no socket
  bool operator==(const SocketHandle&) const = default;
};

/// Data that the layer above keeps with a socket; destroyed with it.
class SocketTag {
 public:
  virtual ~SocketTag() = default;
  /// The socket has entered or left a room. Not called for the rooms that it leaves by disconnecting.
  virtual void onJoined(std::string_view room) { static_cast<void>(room); }
  virtual void onLeft(std::string_view room) { static_cast<void>(room); }
};

/// A client's presence in one namespace.
///
/// Thread: its loop's. Lifetime: from EventSink::onConnecting to the return of EventSink::onGone; elsewhere keep the
/// handle. What is sent before `accept` or after the disconnect is dropped. Costs 120 bytes while idle; rooms and
/// awaited acknowledgements take memory only if there are any.
class Socket {
 public:
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  enum class State : std::uint8_t { Connecting, Connected, Gone };

  const std::string& id() const noexcept { return _id; }
  SocketHandle handle() const noexcept { return _handle; }
  State state() const noexcept { return _state; }
  bool connected() const noexcept { return _state == State::Connected; }
  Namespace& nsp() const noexcept { return *_nsp; }
  Client& client() const noexcept { return *_client; }
  engineio::Session& session() const noexcept;

  /// Answers CONNECT, with a private id if its connection state can be recovered. Only while connecting.
  void accept(std::string_view privateId = {});
  /// Gives it the id of an earlier socket; no connected socket may have it. Only while connecting.
  void takeId(std::string id) { _id = std::move(id); }
  /// Answers CONNECT_ERROR `{"message":…,"data":…}`; `data` is JSON text, empty for none. Only while connecting. The
  /// socket is destroyed by it.
  void refuse(std::string_view message, std::string_view data = {});
  /// Answers CONNECT as for a namespace that isn't served. Only while connecting. The socket is destroyed by it.
  void refuseNamespace();

  /// Calls the client's callback; `args` are JSON values separated by commas, `attachments` in the order of their
  /// placeholders' numbers.
  void ack(std::uint64_t ackId, std::string_view args, std::span<const std::string_view> attachments = {});
  /// The same for an id beyond 64 bits (EventView::ackDigits).
  void ack(std::string_view ackDigits, std::string_view args, std::span<const std::string_view> attachments = {});
  void emit(std::string_view event, std::string_view args, std::span<const std::string_view> attachments = {});
  void send(const EncodedEvent& event);

  using AckOutcome = socketio::AckOutcome;
  using AckCallback = socketio::AckCallback;
  /// Emits and waits at most `timeout` for the client's acknowledgement. The callback is called exactly once, on the
  /// loop, never before this returns. If Options::maxPendingAcksPerSocket are awaited already, nothing is sent and the
  /// outcome is Refused; if the socket isn't connected, it is Disconnected.
  void emitWithAck(std::string_view event, std::string_view args, std::span<const std::string_view> attachments,
                   base::Duration timeout, AckCallback callback, bool isUncompressed = false);

  /// Only while connected. False if Options::maxRoomsPerSocket is reached.
  bool join(std::string_view room);
  void leave(std::string_view room);
  /// Every connected socket is in the room named by its id, which it can't leave.
  bool in(std::string_view room) const noexcept;
  /// Without the socket's own room (its id). Valid until the next join or leave.
  std::vector<std::string_view> rooms() const;

  /// Sends DISCONNECT (`server namespace disconnect`), after which the client doesn't reconnect; or, with
  /// `closeConnection`, ends the session (`forced server close`), after which it does. Only while connected.
  /// EventSink::onDisconnecting and onGone are called before this returns, and the socket is destroyed.
  void disconnect(bool closeConnection);
  /// Sends DISCONNECT to every socket of the client and ends the session (`server namespace disconnect` for all of
  /// them): what `socket.disconnect(true)` does in the reference server. The client doesn't reconnect. Otherwise as
  /// `disconnect`.
  void disconnectClient();

  void setData(std::unique_ptr<SocketTag> data) noexcept { _data = std::move(data); }
  SocketTag* data() const noexcept { return _data.get(); }

 private:
  friend class Client;
  friend class Namespace;
  friend class Rooms;
  friend class Server;
  Socket(Client& client, Namespace& nsp, std::string id, SocketHandle handle);

  /// Whether an emit is sent to the client.
  bool open() const noexcept { return _state == State::Connected && !_leaving; }
  bool owesTooMany() const noexcept;
  void await(std::uint64_t ackId, base::Duration timeout, AckCallback callback);
  void onAck(std::uint64_t ackId, std::string_view args, std::span<const std::string_view> attachments);

  std::string _id;
  SocketHandle _handle;
  State _state = State::Connecting;
  bool _leaving = false;     // its disconnect has begun
  std::uint32_t _index = 0;  // its index among the namespace's members
  Namespace* _nsp;
  Client* _client;
  std::unique_ptr<SocketTag> _data;
  std::uint64_t _visit = 0;  // the last selection that visited it, see Namespace::select
  std::vector<Membership> _memberships;
  std::unique_ptr<AckTable> _acks;
};

}  // namespace chat::socketio
