#pragma once

#include <string_view>

#include "plugin/TablePublication.h"
#include "plugin/api/Caller.h"

namespace chat::gateway {

class Shard;

/// Shows the plugins' OutgoingHandlers what leaves from one loop. Whoever sends asks `any()` first, so that without
/// such a handler nothing is prepared for it. They only look on: nothing that one does, or doesn't do while its plugin
/// is out of service, keeps an event from leaving. Thread: the loop's.
class Outgoing {
 public:
  explicit Outgoing(Shard& shard);

  bool any() const noexcept { return _publication.showsOutgoing(); }
  void tell(const plugin::Caller& receiver, std::string_view event, std::string_view args);

 private:
  Shard& _shard;
  const plugin::TablePublication& _publication;
  plugin::TablePublication::Reader _tables;
  const plugin::HandlerTable* _shown = nullptr;  // while handlers run, who may emit themselves
};

}  // namespace chat::gateway
