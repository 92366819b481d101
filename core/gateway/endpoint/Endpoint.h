#pragma once

#include <Poco/Logger.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/Clock.h"
#include "gateway/emission/Emission.h"
#include "gateway/endpoint/CallerSnapshot.h"
#include "gateway/endpoint/Positions.h"
#include "gateway/endpoint/ReplayHold.h"
#include "plugin/api/Caller.h"

namespace chat::gateway {

class ExpiryTimer;
class RecoverableSession;

/// Names an endpoint from another thread or a later time; it may have gone.
struct EndpointHandle {
  std::uint32_t loop = 0;
  std::uint32_t slot = 0;
  std::uint64_t generation = 0;  ///< 0 names none
  bool operator==(const EndpointHandle&) const = default;
};

/// What the client gave to find its acknowledgement by: a number with Socket.IO (its digits if it is beyond 64 bits),
/// JSON text on a plain WebSocket.
struct AckTicket {
  std::optional<std::uint64_t> number;
  std::string text;
  bool wanted() const noexcept { return number.has_value() || !text.empty(); }
};

/// An event as it came in. Views are valid during the call only.
struct IncomingEvent {
  std::string_view name;
  std::string_view args;
  std::span<const std::string_view> attachments;
  AckTicket ticket;
  base::TimePoint received{};  ///< by the machine's clock, if it has waited since
};

/// An event that waits or that a worker handles; owns its bytes.
struct OwnedEvent {
  std::string name;
  std::string args;
  std::vector<std::string> attachments;
  AckTicket ticket;
  base::TimePoint received{};

  std::vector<std::string_view> attachmentViews() const { return {attachments.begin(), attachments.end()}; }
};

inline OwnedEvent own(const IncomingEvent& event) {
  return {std::string(event.name),
          std::string(event.args),
          {event.attachments.begin(), event.attachments.end()},
          event.ticket,
          event.received == base::TimePoint{} ? base::systemClock().now() : event.received};
}

/// Where a client is reached and heard: one socket of a namespace, or one plain WebSocket. Also the Caller of handlers
/// that run on the loop.
///
/// Thread: its loop's. Owned by the loop's Directory, where it stays after the client has left until its last event was
/// handled.
class Endpoint : public plugin::Caller {
 public:
  Endpoint();
  ~Endpoint() override;

  // --- what the kinds of endpoint do; none of it is called once `gone` ---
  virtual void emit(std::string_view event, std::string_view args, std::span<const std::string_view> attachments) = 0;
  virtual void acknowledge(const AckTicket& ticket, int status, std::string_view document) = 0;
  virtual void acknowledgeArgs(const AckTicket& ticket, std::string_view args,
                               std::span<const std::string_view> attachments) = 0;
  virtual void deliver(EncodingCache& encodings) = 0;
  /// By the server's will: the client doesn't come back by itself. `closeConnection` ends all that its connection
  /// carries.
  virtual void disconnect(bool closeConnection) = 0;
  /// Ends the connection alone, upon which the client comes back by itself.
  virtual void drop() = 0;
  virtual void pauseReading() = 0;
  virtual void resumeReading() = 0;
  virtual std::size_t backlog() const noexcept = 0;
  virtual bool writable() const noexcept = 0;
  virtual std::shared_ptr<const engineio::Handshake> handshake() const = 0;
  /// Plain WebSockets have no rooms.
  virtual void joinRoom(std::string_view room) { static_cast<void>(room); }
  virtual void leaveRoom(std::string_view room) { static_cast<void>(room); }
  /// With the one named by its id, the first.
  virtual std::vector<std::string> rooms() const { return {}; }
  /// Whether its namespace is there, or the plugins are to be asked first.
  virtual bool isServed() const noexcept { return true; }

  // --- state that the gateway keeps ---
  EndpointHandle handle;
  std::shared_ptr<const plugin::Identity> who;
  std::unique_ptr<ExpiryTimer> expiry;  ///< if the identity expires
  bool admitted = false;                ///< connected, as its client knows
  bool gone = false;                    ///< the client has left
  bool running = false;                 ///< a handler has one of its events, or it is being admitted
  bool paused = false;
  bool isRecovered = false;          ///< goes on from where an earlier socket's connection broke
  bool ownAuth = false;              ///< its event `auth` is an admission, not a handler's
  std::uint8_t anonymousSweeps = 0;  ///< of AnonymousSweep, for which it was anonymous
  std::uint16_t pendingAnswers = 0;  ///< that follow after their handlers have returned
  /// Its call, counted from 1, among those that go to workers at the end of this turn (WorkerCalls); 0: it has none.
  std::uint32_t collecting = 0;
  Positions positions;           ///< of the emits with a position that it was sent
  std::string_view leaveReason;  ///< a constant
  SocketData::Ref values;
  std::unique_ptr<std::vector<std::string>> lastRooms;  ///< that it was in, if a handler wants to know; see Farewells

  /// See Reply::setData; what can't be kept is logged.
  void setValue(std::string_view key, std::string_view value, std::size_t limit, Poco::Logger& logger);

  /// Events that came while another one was handled.
  std::deque<OwnedEvent>& waiting();
  bool hasWaiting() const noexcept { return _waiting && !_waiting->empty(); }
  void dropWaiting() noexcept { _waiting.reset(); }

  /// Set while missed events are being replayed to it.
  std::unique_ptr<ReplayHold> hold;
  /// If sockets are recovered: what is kept for it. While it asks to come in: the session that it may go on with.
  std::unique_ptr<RecoverableSession> recovery;
  /// Called once when what waited for the client has left, or when the client is gone.
  std::vector<std::function<void()>> onDrained;
  void drained();

  const plugin::Identity* identity() const noexcept override { return who.get(); }
  bool recovered() const noexcept override { return isRecovered; }
  std::string_view data(std::string_view key) const noexcept override {
    return values ? values->find(key) : std::string_view{};
  }
  std::string_view auth() const noexcept override { return values ? values->auth() : std::string_view("{}"); }
  std::chrono::system_clock::time_point connectedAt() const noexcept override;
  bool secure() const noexcept override;
  std::string_view url() const noexcept override;
  /// Who this is, for a worker; made anew only when something of it has changed.
  std::shared_ptr<const CallerSnapshot> snapshot();
  /// The same, of the caller's own and kept nowhere: many clients connect and then hardly ever say anything.
  std::shared_ptr<CallerSnapshot> makeSnapshot() const;

 private:
  std::shared_ptr<const CallerSnapshot> _snapshot;
  std::unique_ptr<std::deque<OwnedEvent>> _waiting;
};

}  // namespace chat::gateway
