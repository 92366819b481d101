#pragma once

#include <Poco/Logger.h>

#include <memory>

#include "engineio/HandshakeGate.h"
#include "gateway/HandshakeCall.h"
#include "plugin/TablePublication.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

/// Leads the handshakes of one loop through the handshake handlers. Thread: the loop's.
class Handshakes final : public engineio::HandshakeGate {
 public:
  Handshakes(net::Loop& loop, const plugin::TablePublication& tables, Poco::Logger& logger)
      : _loop(loop), _tables(tables), _logger(logger) {}

  bool isGuarded() override { return !_tables.current().handshakes().empty(); }
  std::shared_ptr<Question> ask(std::shared_ptr<const engineio::Handshake> handshake, engineio::TransportKind transport,
                                Decided decided) override;
  /// The client was answered while a handler runs. Until it returns its thread has a substitute.
  void overdue(HandshakeCall& call);

 private:
  bool holdHandlers(HandshakeCall& call);
  bool advance(const std::shared_ptr<HandshakeCall>& call);
  void returned(const std::shared_ptr<HandshakeCall>& call);
  void refuse(HandshakeCall& call, const plugin::CallFailure& failure);

  net::Loop& _loop;
  plugin::TablePublication::Reader _tables;
  Poco::Logger& _logger;
};

}  // namespace chat::gateway
