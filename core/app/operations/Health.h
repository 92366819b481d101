#pragma once

#include "http/Exchange.h"

namespace chat::app {

class Readiness;

/// `/healthz`: 200 while the loops run.
class Liveness final : public http::RequestHandler {
 public:
  void handle(http::Exchange& exchange) override;
};

/// `/readyz`: 200 while the server can serve, otherwise 503 with the reason.
class ReadinessProbe final : public http::RequestHandler {
 public:
  explicit ReadinessProbe(const Readiness& readiness) : _readiness(readiness) {}
  void handle(http::Exchange& exchange) override;

 private:
  const Readiness& _readiness;
};

}  // namespace chat::app
