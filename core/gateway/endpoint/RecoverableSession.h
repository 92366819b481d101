#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/Clock.h"
#include "gateway/emission/RecoveryLog.h"
#include "gateway/emission/RecoveryOffset.h"
#include "gateway/endpoint/Positions.h"
#include "gateway/endpoint/SocketData.h"
#include "plugin/api/Caller.h"
#include "socketio/EncodedEvent.h"

namespace chat::gateway {

/// What has to be known of a socket to find out later what it has missed: who it was and when, where it was and when,
/// and what was sent to it alone. Beside the socket while that lives; afterwards a value that goes to whichever loop
/// the client comes back on.
///
/// Thread: the loop of the socket; once taken from it, the owner's.
class RecoverableSession {
 public:
  /// `pid` is the private id, by which the client asks for it.
  RecoverableSession(std::string pid, std::string nsp, std::string socketId, const RecoveryLog& log,
                     std::size_t maxBytes);

  const std::string& pid() const noexcept { return _pid; }
  const std::string& nsp() const noexcept { return _nsp; }
  const std::string& socketId() const noexcept { return _socketId; }
  const std::optional<base::UserId>& user() const noexcept { return _user; }

  // --- while the socket lives ---
  void joined(std::string_view room);
  void left(std::string_view room);
  void identified(const plugin::Identity* who);
  /// The offset that goes with the next event sent to this socket alone; `sent` must follow.
  std::string nextOffset() const;
  /// `position`: of that stream, see EmitOptions::position.
  void sent(socketio::EncodedEvent event, plugin::Stream stream, std::uint64_t position, base::TimePoint now);

  // --- while it is away ---
  struct Away {
    std::shared_ptr<const plugin::Identity> who;  ///< null for nobody
    Positions positions;                          ///< see Endpoint::positions
    base::TimePoint expires{};                    ///< from then on it isn't recovered
    std::string offset;                           ///< how far the client has come, as it says; once it is back
    SocketData::Ref values = nullptr;             ///< what plugins keep with it
  };
  /// The connection is found to be broken: what was sent before `confirmed` had come.
  void leave(base::TimePoint confirmed, Away away);
  /// Null while the socket lives.
  Away* away() noexcept { return _away.get(); }

  // --- when the client comes back ---
  /// From now on on this loop.
  void attach(const RecoveryLog& log) noexcept { _log = &log; }
  void enter() noexcept { _away.reset(); }
  struct Missed {
    std::vector<socketio::EncodedEvent> events;  ///< in order
    Positions positions;                         ///< the last that the client then has
  };
  /// What a client that has come as far as `offset` has missed; nothing if that can't be told any more, or is more
  /// than may be kept for one socket.
  std::optional<Missed> missed(std::string_view offset) const;
  /// The rooms it is in.
  std::vector<std::string> rooms() const;

 private:
  struct Direct {
    std::uint64_t number;
    std::uint64_t after;  // the last emit to many before it
    plugin::Stream stream;
    std::uint64_t position;
    base::TimePoint time;
    std::size_t size;
    socketio::EncodedEvent event;
  };
  /// Emits with numbers above `from`, up to `to`, reached it there.
  struct Stay {
    std::string room;
    std::uint64_t from;
    std::uint64_t to;
  };
  static constexpr std::size_t MaxStays = 4096;
  static constexpr std::uint64_t Still = std::numeric_limits<std::uint64_t>::max();

  std::string_view tag() const noexcept { return std::string_view(_pid).substr(1, 6); }
  bool wasIn(std::string_view room, std::uint64_t sequence) const noexcept;
  bool isMeant(const Emission& emission) const noexcept;
  bool hasSeen(const Direct& direct, const std::optional<RecoveryOffset>& offset) const noexcept;

  std::string _pid;
  std::string _nsp;
  std::string _socketId;
  const RecoveryLog* _log;
  std::size_t _maxBytes;
  std::uint64_t _start;  // the last emit before it was there
  std::vector<Stay> _stays;
  std::optional<base::UserId> _user;
  std::uint64_t _userSince = 0;
  std::deque<Direct> _directs;
  std::size_t _directBytes = 0;
  std::uint64_t _directCount = 0;
  std::optional<Direct> _dropped;  // the last of those that aren't kept, without its event
  Positions _droppedPositions;
  base::TimePoint _confirmedTime{};
  std::uint64_t _confirmed = 0;
  std::uint64_t _forgottenThrough = 0;  // what it had received up to there isn't known any more
  std::unique_ptr<Away> _away;
};

}  // namespace chat::gateway
