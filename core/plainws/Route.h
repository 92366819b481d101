#pragma once

#include <memory>
#include <vector>

#include "http/CorsPolicy.h"
#include "http/Exchange.h"

namespace chat::plainws {

class Server;

/// The HTTP route of plain WebSockets: hands each handshake to the server of its connection's loop.
/// Thread: any loop's. The servers must outlive it.
class Route final : public http::RequestHandler {
 public:
  /// `servers`: by their loops' index. `origins`: which pages may connect.
  Route(std::vector<Server*> servers, std::shared_ptr<const http::CorsPolicy> origins)
      : _servers(std::move(servers)), _origins(std::move(origins)) {}

  void handle(http::Exchange& exchange) override;

 private:
  const std::vector<Server*> _servers;
  const std::shared_ptr<const http::CorsPolicy> _origins;
};

}  // namespace chat::plainws
