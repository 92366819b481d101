#pragma once

#include <memory>
#include <string_view>

#include "engineio/api/HandshakeGate.h"
#include "gateway/admission/HandshakeCall.h"
#include "gateway/call/LoopCalls.h"

namespace chat::gateway {

/// Leads the handshakes of one loop through the handshake handlers. Thread: the loop's.
class Handshakes final : public engineio::HandshakeGate {
 public:
  explicit Handshakes(LoopCalls& calls) noexcept : _calls(calls) {}

  bool isGuarded() override { return !_calls.table().handshakes().empty(); }
  std::shared_ptr<Question> ask(std::shared_ptr<const engineio::Handshake> handshake, std::string_view transport,
                                Decided decided) override;
  /// The client was answered while a handler runs. Until it returns its thread has a substitute.
  void overdue(HandshakeCall& call);

 private:
  bool advance(const std::shared_ptr<HandshakeCall>& call);
  void returned(const std::shared_ptr<HandshakeCall>& call);
  void refuse(HandshakeCall& call, const plugin::CallFailure& failure);

  LoopCalls& _calls;
};

}  // namespace chat::gateway
