#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "http/Exchange.h"
#include "net/LoopGroup.h"

namespace chat::app {

class SocketStack;

/// The server's metrics, for Prometheus. A scrape adds up the counters of loops and plugins, and asks each loop for its
/// connections; `chat_loop_up` is 0 for one that doesn't answer in a second. Thread: any that may block.
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
