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

/// What becomes of a handshake.
struct HandshakeVerdict {
  std::optional<RefusalCause> refusal;           ///< none: the handshake becomes a session
  std::string message{};                         ///< of a refusal, UTF-8; empty: the usual text
  std::optional<std::uint32_t> retryAfter{};     ///< of a refusal, in seconds
  std::vector<http::Field> handshakeFields{};    ///< that the handshake's answer gets, a refusal doesn't
  std::vector<http::Field> everyAnswerFields{};  ///< that every HTTP answer of the session gets, this one included
};

/// Decides which handshakes become sessions, as `allowRequest` and `initial_headers` do in the reference server. Later
/// requests of a session aren't decided about. Thread: its loop's, all of it.
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

  /// Whether there is anything to decide at the moment. Called for every handshake, so it has to be cheap.
  virtual bool isGuarded() = 0;
  /// Calls `decided` once, on the loop, unless the question is withdrawn before; maybe before this returns, which is
  /// then null. `transport`: its name, a constant.
  virtual std::shared_ptr<Question> ask(std::shared_ptr<const Handshake> handshake, std::string_view transport,
                                        Decided decided) = 0;
};

}  // namespace chat::engineio
