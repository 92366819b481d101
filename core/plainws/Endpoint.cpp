#include "plainws/Endpoint.h"

#include "plainws/Server.h"

namespace chat::plainws {

void Endpoint::handle(http::Exchange& exchange) {
  _servers.at(exchange.loop().index())->open(exchange);
}

}  // namespace chat::plainws
