#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "http/Exchange.h"
#include "net/LoopGroup.h"

namespace chat::app {

class SocketStack;

/// What the server has counted, for Prometheus. A scrape adds up what loops and plugins counted by themselves; the
/// loops are asked for their connections, and one that doesn't answer in a second is told by `chat_loop_up`. Thread:
/// any that may block.
std::vector<prometheus::MetricFamily> collectMetrics(SocketStack& stack, net::LoopGroup& loops);

/// `/metrics` in Prometheus' text format.
class MetricsPage final : public http::RequestHandler {
 public:
  MetricsPage(SocketStack& stack, net::LoopGroup& loops) : _stack(stack), _loops(loops) {}
  void handle(http::Exchange& exchange) override;

 private:
  SocketStack& _stack;
  net::LoopGroup& _loops;
};

}  // namespace chat::app
