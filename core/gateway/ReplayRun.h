#pragma once

#include <Poco/Logger.h>

#include <memory>
#include <string>
#include <vector>

#include "gateway/Admission.h"
#include "gateway/CallerSnapshot.h"
#include "gateway/Endpoint.h"
#include "gateway/Options.h"
#include "gateway/ReplayFlow.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

class Delivery;
class Directory;

/// One replay: reads on a worker what a client has missed and sends it from the client's loop, no faster than the
/// client takes it.
class ReplayRun final : public plugin::Replay {
 public:
  ReplayRun(net::Loop& loop, Directory& directory, Delivery& delivery, EndpointHandle endpoint, const Options& options,
            std::shared_ptr<const CallerSnapshot> caller, std::string auth, std::vector<HeldConnect> handlers,
            Poco::Logger& logger);

  /// On a worker.
  void run();

  bool emit(std::string_view event, std::string_view args, std::uint64_t position) override;
  bool release() override;

 private:
  void giveUp();

  net::Loop& _loop;
  Directory& _directory;
  Delivery& _delivery;
  const EndpointHandle _endpoint;
  const Options& _options;
  const std::shared_ptr<const CallerSnapshot> _caller;
  const std::string _auth;
  const std::vector<HeldConnect> _handlers;
  Poco::Logger& _logger;
  const std::shared_ptr<ReplayFlow> _flow;
  bool _released = false;
};

}  // namespace chat::gateway
