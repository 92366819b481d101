#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engineio/RefusalCause.h"
#include "engineio/Session.h"
#include "http/Message.h"

namespace chat::engineio {

/// What becomes of a handshake.
struct HandshakeVerdict {
  std::optional<RefusalCause> refusal;           ///< nothing: it becomes a session
  std::string message{};                         ///< of a refusal, UTF-8; empty: the usual text
  std::optional<std::uint32_t> retryAfter{};     ///< of a refusal, in seconds
  std::vector<http::Field> handshakeFields{};    ///< that the handshake's answer gets, a refusal doesn't
  std::vector<http::Field> everyAnswerFields{};  ///< that every HTTP answer of the session gets, this one included
};

/// Is asked which handshakes become sessions: what the reference server has `allowRequest` and `initial_headers` for.
/// Requests of a session that exists aren't asked about. Thread: its loop's, all of it.
class HandshakeGate {
 public:
  virtual ~HandshakeGate() = default;

  /// A decision that is under way. May be destroyed on any thread.
  class Question {
   public:
    virtual ~Question() = default;
    /// Nobody waits for the decision any more: the client has gone, or was refused as it took too long (`isOverdue`).
    virtual void withdraw(bool isOverdue) noexcept = 0;
  };
  using Decided = std::function<void(HandshakeVerdict)>;

  /// Whether handshakes are to be asked about at the moment. One look, for every handshake.
  virtual bool isGuarded() = 0;
  /// Calls `decided` once, on the loop, unless the question is withdrawn before; maybe before it returns. Null: it has.
  virtual std::shared_ptr<Question> ask(std::shared_ptr<const Handshake> handshake, TransportKind transport,
                                        Decided decided) = 0;
};

}  // namespace chat::engineio
