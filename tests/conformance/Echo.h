#pragma once

#include "plugin/api/EventHandler.h"

namespace chat::conformance {

class InlineHandler : public plugin::EventHandler {
 public:
  plugin::Execution execution() const noexcept override { return plugin::Execution::Inline; }
};

/// Acknowledges with what it was sent. In the plugin, and built into the server to measure what being a plugin costs.
class Echo final : public InlineHandler {
  void handle(const plugin::Request& request, plugin::Reply& reply) override {
    reply.acknowledgeArgs(request.args(), true);
  }
};

}  // namespace chat::conformance
