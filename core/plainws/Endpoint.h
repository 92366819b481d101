#pragma once

#include <vector>

#include "http/Exchange.h"

namespace chat::plainws {

class Server;

/// The route of the endpoint, for http::Router: hands each handshake to the server of its connection's loop.
/// Thread: any loop's. The servers must outlive it.
class Endpoint final : public http::RequestHandler {
 public:
  /// The servers by their loops' index.
  explicit Endpoint(std::vector<Server*> servers) : _servers(std::move(servers)) {}

  void handle(http::Exchange& exchange) override;

 private:
  const std::vector<Server*> _servers;
};

}  // namespace chat::plainws
