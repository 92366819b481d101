#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/CallerSnapshot.h"
#include "gateway/Endpoint.h"
#include "plugin/HandlerTable.h"
#include "plugin/PluginCall.h"
#include "plugin/TablePublication.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::gateway {

/// A connect handler whose plugin isn't unloaded meanwhile.
struct HeldConnect {
  plugin::ConnectHandler* handler;
  plugin::CallGuard guard;
};

/// A client that asks to come in, on its way through the connect handlers: made on the endpoint's loop, run on a
/// worker, concluded on the loop.
struct AdmissionCall final : plugin::Admission {
  EndpointHandle endpoint;
  std::shared_ptr<CallerSnapshot> who;  // this call's own, so that an identity may be put in
  std::string payload;
  const plugin::TablePublication* tables = nullptr;
  bool asksForNamespace = false;  // whether there is such a namespace, before anything else
  bool isNamespaceRefused = false;
  bool skipsConnects = false;
  std::optional<plugin::CallFailure> failure;
  bool identified = false;
  bool current = false;              // whether the handler that runs asked for a hold
  std::vector<HeldConnect> replays;  // those that did
  std::function<void(Endpoint&, const std::optional<plugin::CallFailure>&)> decided;

  const plugin::Caller& caller() const noexcept override { return *who; }
  std::string_view auth() const noexcept override { return payload; }
  void setIdentity(plugin::Identity identity) override;
  void holdEmits() override { current = true; }

  /// Asks the handlers in order until one refuses. On a worker.
  void run();

 private:
  void askConnects();
};

}  // namespace chat::gateway
