#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/Ids.h"
#include "plugin/api/Caller.h"

namespace chat::plugin {

/// The receivers of an emit. They are looked up when the emit is delivered, not when it is called.
struct Target {
  enum class Kind { User, Namespace, Rooms, Socket };
  Kind kind = Kind::Namespace;
  base::UserId user;               ///< User: the sockets of this user in every namespace and on `/ws`
  std::string nsp = "/";           ///< all but User
  std::vector<std::string> rooms;  ///< Rooms: the sockets in at least one of them
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
  /// The sockets in at least one of the rooms, each once. Since 1.1.
  static Target toRooms(std::string nsp, std::vector<std::string> rooms) {
    Target target;
    target.kind = Kind::Rooms;
    target.nsp = std::move(nsp);
    target.rooms = std::move(rooms);
    return target;
  }
  /// Leaves out the sockets in that room, or the socket with that id, which is a room of its own. May be called several
  /// times. Not for the sockets of a user. Since 1.1.
  Target& except(std::string roomOrSocketId) & {
    exceptRooms.push_back(std::move(roomOrSocketId));
    return *this;
  }
  Target&& except(std::string roomOrSocketId) && {
    exceptRooms.push_back(std::move(roomOrSocketId));
    return std::move(*this);
  }
};

struct EmitOptions {
  /// Dropped for a socket that can't take it at this moment: a polling client without a waiting request, or a client
  /// that hasn't yet received everything that was sent to it before.
  bool isVolatile : 1 = false;
  /// Sent uncompressed even if compression was agreed on, as with `compress(false)`: for data that is compressed
  /// already. Over polling, an answer is compressed if one message in it may be. Since 1.1. It shares a byte with the
  /// flag above, which plugins built with 1.0 write as a whole, and so leave this one false.
  bool isUncompressed : 1 = false;
  /// A number that grows with each such emit to the receiving user; 0 for none. A socket is never sent an emit whose
  /// position is not above that of the last one that it was sent. So a replay and live emits join without a gap and
  /// without a duplicate. Each plugin has positions of its own, which go on when the plugin is replaced and have
  /// nothing to do with those of other plugins. Only for users (Target::toUser): with any other target the emit throws
  /// std::invalid_argument. For plugins built with 1.0 it is ignored there, as it was then.
  std::uint64_t position = 0;
};

static_assert(sizeof(EmitOptions) == 2 * sizeof(std::uint64_t));

/// Sends events to sockets. Thread: any, also inside a handler. Emits from one thread reach each socket in order. Texts
/// are copied. An event is encoded once for all receivers.
class Emitter {
 public:
  virtual ~Emitter() = default;
  /// `args`: JSON values separated by commas. `attachments` are the bytes of its placeholders, by their numbers.
  virtual void emit(const Target& target, std::string_view event, std::string_view args,
                    const EmitOptions& options = {}, std::span<const std::string_view> attachments = {}) = 0;
  /// Lets every selected socket join a room. A socket that is in `limits.rooms` rooms already joins no other. Plain
  /// WebSockets have no rooms.
  virtual void join(const Target& target, std::string_view room) = 0;
  virtual void leave(const Target& target, std::string_view room) = 0;
  /// Disconnects every selected socket; its client doesn't reconnect by itself. `closeConnection` closes the whole
  /// connections.
  virtual void disconnect(const Target& target, bool closeConnection) = 0;
  /// Makes every socket whose identity depends on the credential anonymous, on all loops. A connection whose credential
  /// was looked up before the call, but which isn't admitted yet, doesn't get in with it either. The
  /// IdentityEndHandlers are told, with the reason `revoked`.
  virtual void revoke(std::string_view credential) = 0;
  /// For each of the users, whether at least one socket, in any namespace or on `/ws`, is connected for that user at
  /// this moment. Asks each loop once, however many users there are. Blocks, so it must not be called on a loop. Throws
  /// AppError 503 if a loop hasn't answered in two seconds.
  virtual std::vector<bool> areOnline(std::span<const base::UserId> users) {
    return std::vector<bool>(users.size(), false);
  }

  // --- since 1.1 ---

  /// As `revoke`, with another reason for the IdentityEndHandlers. `exceptSocketId`: the socket that has asked for it
  /// (Caller::socketId), if there is one. That one becomes anonymous too, but no IdentityEndHandler is called for it,
  /// since its own answer tells it.
  virtual void endCredential(std::string_view credential, std::string_view reason,
                             std::string_view exceptSocketId = {}) {
    static_cast<void>(reason);
    static_cast<void>(exceptSocketId);
    revoke(credential);
  }
  /// The credentials on which the identities of sockets depend, on all loops, each once and sorted: those after
  /// `after`, at most `most`. So a plugin can check them a part at a time. Blocks, so it must not be called on a loop.
  /// Throws AppError 503 if a loop hasn't answered in two seconds.
  virtual std::vector<std::string> credentials(std::string_view after, std::size_t most) {
    static_cast<void>(after);
    static_cast<void>(most);
    return {};
  }
};

}  // namespace chat::plugin
