#pragma once

#include <memory>
#include <string_view>

#include "gateway/call/LoopCalls.h"
#include "plugin/api/Caller.h"

namespace chat::gateway {

/// Shows the plugins' OutgoingHandlers what leaves from one loop. Whoever sends asks `any()` first, so that without
/// such a handler nothing is prepared for it. They only watch: whatever one does, and also while its plugin is out
/// of service, the event leaves. Thread: the loop's.
class Outgoing {
 public:
  explicit Outgoing(LoopCalls& calls) noexcept : _calls(calls) {}

  bool any() const noexcept { return _calls.publication().showsOutgoing(); }
  void tell(const plugin::Caller& receiver, std::string_view event, std::string_view args);

 private:
  LoopCalls& _calls;
  std::shared_ptr<const plugin::HandlerTable> _shown;  // while handlers run, who may emit themselves
};

}  // namespace chat::gateway
