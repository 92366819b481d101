#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/CallerSnapshot.h"
#include "gateway/Endpoint.h"
#include "gateway/RoleCalls.h"
#include "plugin/HandlerTable.h"
#include "plugin/HeldHandlers.h"
#include "plugin/PluginCall.h"
#include "plugin/TablePublication.h"
#include "plugin/api/ConnectHandler.h"

namespace chat::gateway {

/// A connect handler whose plugin isn't unloaded meanwhile.
struct HeldConnect {
  plugin::ConnectHandler* handler;
  plugin::CallGuard guard;
};

/// A client that asks to come in, on its way through the connect handlers.
class AdmissionCall final : public plugin::Admission, public RoleCall {
 public:
  EndpointHandle endpoint;
  std::shared_ptr<CallerSnapshot> who;  // this call's own, so that an identity may be put in
  std::string payload;
  const plugin::TablePublication* tables = nullptr;
  bool asksForNamespace = false;  // whether there is such a namespace, before anything else
  bool isNamespaceRefused = false;
  bool skipsConnects = false;
  std::optional<plugin::CallFailure> failure;
  bool identified = false;
  std::vector<HeldConnect> replays;  // those that asked for a hold
  std::function<void(Endpoint&, const std::optional<plugin::CallFailure>&)> decided;
  std::function<void(AdmissionCall&, const plugin::CallFailure* tooLong)> onConcluded;

  const plugin::Caller& caller() const noexcept override { return *who; }
  std::string_view auth() const noexcept override { return payload; }
  void setIdentity(plugin::Identity identity) override;
  void holdEmits() override { _wantsHold = true; }

  /// Asks the handlers in order until one refuses. A plugin that is out of service refuses everybody: nobody comes in
  /// whom it hasn't looked at.
  void run() override;
  void concluded(const plugin::CallFailure* tooLong) override { onConcluded(*this, tooLong); }

 private:
  void askConnects();

  plugin::HeldHandlers<plugin::ConnectRoute> _held;
  bool _wantsHold = false;  // the handler that runs
};

}  // namespace chat::gateway
