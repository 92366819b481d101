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
  /// Who is in at least one of the rooms, each once; since 1.1.
  static Target toRooms(std::string nsp, std::vector<std::string> rooms) {
    Target target;
    target.kind = Kind::Rooms;
    target.nsp = std::move(nsp);
    target.rooms = std::move(rooms);
    return target;
  }
  /// Leaves out who is in that room, or the socket of that id: a socket's id is a room that it alone is in. As often as
  /// there are some to leave out; not for a user's sockets. Since 1.1.
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
  /// Dropped for a socket that can't take it at this moment: a polling client without a request that waits, or one that
  /// hasn't taken yet what was sent to it earlier.
  bool isVolatile : 1 = false;
  /// Sent as it is also where compression was agreed on, as `compress(false)` does it: for what is compressed already.
  /// Over polling an answer is compressed where one message in it may be. Since 1.1, and a part of the byte above,
  /// which plugins built with 1.0 set as a whole: they say no.
  bool isUncompressed : 1 = false;
  /// A place in the receiving user's stream of such emits, growing, 0 for none. A socket is never sent an emit whose
  /// position is not above that of the last one it was sent; this is how a replay and live emits join without a gap and
  /// without a duplicate. Each plugin has a stream of its own, which goes on when the plugin is replaced: the positions
  /// of one say nothing to another. For a user alone (Target::toUser): with any other target the emit throws
  /// std::invalid_argument. To plugins built with 1.0 it means nothing there, as it did.
  std::uint64_t position = 0;
};

static_assert(sizeof(EmitOptions) == 2 * sizeof(std::uint64_t));

/// Sends events to sockets. Thread: any, also from inside a handler. Emits from one thread reach each socket in their
/// order. Texts are copied; the event is encoded once for all receivers.
class Emitter {
 public:
  virtual ~Emitter() = default;
  /// `args`: JSON values separated by commas. `attachments` are the bytes that its placeholders number.
  virtual void emit(const Target& target, std::string_view event, std::string_view args,
                    const EmitOptions& options = {}, std::span<const std::string_view> attachments = {}) = 0;
  /// Lets every selected socket join a room. One that is in `limits.rooms` rooms joins no other. Plain
  /// WebSockets have no rooms.
  virtual void join(const Target& target, std::string_view room) = 0;
  virtual void leave(const Target& target, std::string_view room) = 0;
  /// Disconnects every selected socket, which then stays away; `closeConnection` ends their whole connections.
  virtual void disconnect(const Target& target, bool closeConnection) = 0;
  /// Makes every socket that rests on the credential anonymous, on all loops, and nobody is let in with it whose
  /// credential was looked up before. The IdentityEndHandlers tell them, with the reason `revoked`.
  virtual void revoke(std::string_view credential) = 0;
  /// For each of the users, whether at least one connected socket, in whatever namespace or on `/ws`, speaks for them
  /// at this moment. One question to each loop, however many users. Blocks: on a thread that may, never on a loop.
  /// Throws AppError 503 where a loop hasn't answered in two seconds.
  virtual std::vector<bool> areOnline(std::span<const base::UserId> users) {
    return std::vector<bool>(users.size(), false);
  }

  // --- since 1.1 ---

  /// As `revoke`, with a word of why for the IdentityEndHandlers. `exceptSocketId` is the socket that has asked
  /// for it (Caller::socketId), where there is one: it becomes anonymous too, and its own answer tells it.
  virtual void endCredential(std::string_view credential, std::string_view reason,
                             std::string_view exceptSocketId = {}) {
    static_cast<void>(reason);
    static_cast<void>(exceptSocketId);
    revoke(credential);
  }
  /// The credentials that sockets rest on, on all loops, each once and in order: those after `after`, at most `most`.
  /// For looking, a part at a time, whether they still hold. Blocks: on a thread that may, never on a loop. Throws
  /// AppError 503 where a loop hasn't answered in two seconds.
  virtual std::vector<std::string> credentials(std::string_view after, std::size_t most) {
    static_cast<void>(after);
    static_cast<void>(most);
    return {};
  }
};

}  // namespace chat::plugin
