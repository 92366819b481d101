#include "plainws/Route.h"

#include "plainws/Server.h"

namespace chat::plainws {

void Route::handle(http::Exchange& exchange) {
  if (!_origins->admitsWebSocket(exchange)) {
    return exchange.respondAndClose({403, "text/plain; charset=utf-8", "This origin may not connect.\n"});
  }
  _servers.at(exchange.loop().index())->open(exchange);
}

}  // namespace chat::plainws
