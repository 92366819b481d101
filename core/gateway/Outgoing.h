#pragma once

#include <Poco/Logger.h>

#include <string_view>

#include "gateway/Endpoint.h"
#include "plugin/TablePublication.h"

namespace chat::gateway {

/// Shows the plugins' OutgoingHandlers what leaves from one loop. Whoever sends asks `any()` first, so that without
/// such a handler nothing is prepared for it. Thread: the loop's.
class Outgoing {
 public:
  Outgoing(const plugin::TablePublication& tables, Poco::Logger& logger)
      : _publication(tables), _tables(tables), _logger(logger) {}

  bool any() const noexcept { return _publication.showsOutgoing(); }
  void tell(const plugin::Caller& receiver, std::string_view event, std::string_view args);

 private:
  const plugin::TablePublication& _publication;
  plugin::TablePublication::Reader _tables;
  Poco::Logger& _logger;
};

}  // namespace chat::gateway
