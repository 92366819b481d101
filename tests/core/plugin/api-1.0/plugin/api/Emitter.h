#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/Ids.h"
#include "plugin/api/Caller.h"

namespace chat::plugin {

/// Whom an emit is for. Everything is resolved when the emit is delivered, not when it is called.
struct Target {
  enum class Kind { User, Namespace, Rooms, Socket };
  Kind kind = Kind::Namespace;
  base::UserId user;               ///< User: the sockets of this user in every namespace and on `/ws`
  std::string nsp = "/";           ///< all but User
  std::vector<std::string> rooms;  ///< Rooms: who is in at least one of them
  std::string socketId;            ///< Socket
  std::vector<std::string> exceptRooms;
  std::string exceptSocketId;

  static Target toUser(base::UserId user) {
    Target target;
    target.kind = Kind::User;
    target.user = std::move(user);
    return target;
  }
  static Target toNamespace(std::string nsp) {
    Target target;
    target.nsp = std::move(nsp);
    return target;
  }
  static Target toRoom(std::string nsp, std::string room) {
    Target target;
    target.kind = Kind::Rooms;
    target.nsp = std::move(nsp);
    target.rooms.push_back(std::move(room));
    return target;
  }
  static Target toSocket(std::string nsp, std::string socketId) {
    Target target;
    target.kind = Kind::Socket;
    target.nsp = std::move(nsp);
    target.socketId = std::move(socketId);
    return target;
  }
};

struct EmitOptions {
  /// May be dropped for a socket that is slow or between two transports.
  bool isVolatile = false;
  /// A place in the receiving user's stream of such emits, growing, 0 for none. A socket is never sent an emit whose
  /// position is not above that of the last one it was sent; this is how a replay and live emits join without a gap and
  /// without a duplicate.
  std::uint64_t position = 0;
};

/// Sends events to sockets. Thread: any, also from inside a handler. Emits from one thread reach each socket in their
/// order. Texts are copied; the event is encoded once for all receivers.
class Emitter {
 public:
  virtual ~Emitter() = default;
  /// `args`: JSON values separated by commas. `attachments` are the bytes that its placeholders number.
  virtual void emit(const Target& target, std::string_view event, std::string_view args,
                    const EmitOptions& options = {}, std::span<const std::string_view> attachments = {}) = 0;
  virtual void join(const Target& target, std::string_view room) = 0;
  virtual void leave(const Target& target, std::string_view room) = 0;
  virtual void disconnect(const Target& target, bool closeConnection) = 0;
  /// Makes every socket that rests on the credential anonymous, on all loops.
  virtual void revoke(std::string_view credential) = 0;
};

}  // namespace chat::plugin
