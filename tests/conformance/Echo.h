#pragma once

#include "plugin/api/EventHandler.h"

namespace chat::conformance {

class InlineHandler : public plugin::EventHandler {
 public:
  plugin::Execution execution() const noexcept override { return plugin::Execution::Inline; }
};

/// Acknowledges with its arguments. In the plugin, and built into the server to measure the cost of the plugin
/// interface.
class Echo final : public InlineHandler {
  void handle(const plugin::Request& request, plugin::Reply& reply) override {
    reply.acknowledgeArgs(request.args(), true);
  }
};

}  // namespace chat::conformance
