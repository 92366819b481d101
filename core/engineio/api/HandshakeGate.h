#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/api/RefusalCause.h"
#include "engineio/api/Session.h"
#include "http/Message.h"

namespace chat::engineio {

/// The decision about a handshake.
struct HandshakeVerdict {
  std::optional<RefusalCause> refusal;           ///< none: the handshake becomes a session
  std::string message{};                         ///< of a refusal, UTF-8; empty: the usual text
  std::optional<std::uint32_t> retryAfter{};     ///< of a refusal, in seconds
  std::vector<http::Field> handshakeFields{};    ///< of the answer to the handshake; not of a refusal
  std::vector<http::Field> everyAnswerFields{};  ///< of every HTTP answer of the session, this one included
};

/// Decides which handshakes become sessions, as `allowRequest` and `initial_headers` do in the reference server. Later
/// requests of a session need no decision. Thread: the loop's, for all calls.
class HandshakeGate {
 public:
  virtual ~HandshakeGate() = default;

  /// A decision that is under way. May be destroyed on any thread.
  class Question {
   public:
    virtual ~Question() = default;
    /// The decision isn't needed any more: the client has gone, or it was refused after the time-out (`isOverdue`).
    virtual void withdraw(bool isOverdue) noexcept = 0;
  };
  using Decided = std::function<void(HandshakeVerdict)>;

  /// False if every handshake is accepted at present. Called for every handshake, so it has to be cheap.
  virtual bool isGuarded() = 0;
  /// Calls `decided` once, on the loop, unless the question is withdrawn before; maybe before this returns, which is
  /// then null. `transport`: its name, a constant.
  virtual std::shared_ptr<Question> ask(std::shared_ptr<const Handshake> handshake, std::string_view transport,
                                        Decided decided) = 0;
};

}  // namespace chat::engineio
