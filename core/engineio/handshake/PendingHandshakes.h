#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "base/Clock.h"
#include "engineio/api/HandshakeGate.h"
#include "engineio/transport/TransportType.h"
#include "http/Exchange.h"

namespace chat::engineio {

/// What a handshake request asks for.
struct Opening {
  std::shared_ptr<Handshake> handshake;
  const TransportType* transport = nullptr;
  bool allowBinary = true;  ///< the client takes binary packets as such, not in base64
};

/// The handshake requests of one loop that wait for the decision of the HandshakeGate. Each is concluded once: by the
/// decision, by the time-out or by the end of the server, unless its client goes away before. Thread: the loop's.
class PendingHandshakes {
 public:
  using Concluded = std::function<void(http::Exchange&, Opening, HandshakeVerdict)>;

  PendingHandshakes(HandshakeGate& gate, base::Duration timeout, Concluded concluded);
  ~PendingHandshakes();
  PendingHandshakes(const PendingHandshakes&) = delete;
  PendingHandshakes& operator=(const PendingHandshakes&) = delete;

  bool isGuarded() { return _gate.isGuarded(); }
  /// Keeps the exchange until the decision; `concluded` answers it, possibly before this returns.
  void add(http::Exchange& exchange, Opening opening);
  /// Refuses those that wait.
  void refuseAll();
  std::size_t size() const noexcept { return _waiting.size(); }

 private:
  class Waiting;

  void conclude(std::uint64_t number, HandshakeVerdict verdict);
  void giveUp(Waiting& waiting, HandshakeVerdict verdict, bool isOverdue);

  HandshakeGate& _gate;
  const base::Duration _timeout;
  const Concluded _concluded;
  std::unordered_map<std::uint64_t, std::unique_ptr<Waiting>> _waiting;
  std::uint64_t _last = 0;
};

}  // namespace chat::engineio
