#include "app/operations/Health.h"

#include <utility>

#include "app/operations/Readiness.h"

namespace chat::app {
namespace {

void answer(http::Exchange& exchange, int status, const std::string& text) {
  http::Response response(status, "text/plain; charset=utf-8", text + '\n');
  response.set("Cache-Control", "no-store");
  response.set("X-Content-Type-Options", "nosniff");
  exchange.respond(std::move(response));
}

}  // namespace

void Liveness::handle(http::Exchange& exchange) {
  answer(exchange, 200, "alive");
}

void ReadinessProbe::handle(http::Exchange& exchange) {
  const auto reason = _readiness.reason();
  answer(exchange, reason.empty() ? 200 : 503, reason.empty() ? "ready" : reason);
}

}  // namespace chat::app
