#pragma once

#include <memory>
#include <vector>

#include "http/CorsPolicy.h"
#include "http/Exchange.h"

namespace chat::plainws {

class Server;

/// The route of the endpoint, for http::Router: hands each handshake to the server of its connection's loop.
/// Thread: any loop's. The servers must outlive it.
class Endpoint final : public http::RequestHandler {
 public:
  /// The servers by their loops' index, and which pages may connect.
  Endpoint(std::vector<Server*> servers, std::shared_ptr<const http::CorsPolicy> origins)
      : _servers(std::move(servers)), _origins(std::move(origins)) {}

  void handle(http::Exchange& exchange) override;

 private:
  const std::vector<Server*> _servers;
  const std::shared_ptr<const http::CorsPolicy> _origins;
};

}  // namespace chat::plainws
