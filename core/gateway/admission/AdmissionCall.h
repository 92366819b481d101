#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/call/ConnectionCalls.h"
#include "gateway/delivery/ReplayStep.h"
#include "gateway/endpoint/CallerSnapshot.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/endpoint/Revocations.h"
#include "plugin/api/ConnectHandler.h"
#include "plugin/call/PluginCall.h"
#include "plugin/table/GuardedHandlers.h"
#include "plugin/table/HandlerTable.h"
#include "plugin/table/TablePublication.h"

namespace chat::gateway {

class Admissions;

/// What a client is told that has asked to come in: nothing of this is set if it may.
struct AdmissionVerdict {
  bool isNamespaceRefused = false;  ///< there is to be no such namespace
  std::optional<plugin::CallFailure>
      failure;  ///< a plugin refuses it in its own words, has failed or couldn't be asked
};

/// A client that asks to come in, on its way past the plugins: those that say which namespaces there are, then the
/// connect handlers. One that is out of service refuses everybody: nobody comes in whom it hasn't looked at.
class AdmissionCall final : public plugin::Admission, public ConnectionCall {
 public:
  struct Questions {
    bool namespaces;  ///< whether there is to be the one that is asked for
    bool connects;
  };
  using Decided = std::function<void(Endpoint&, const AdmissionVerdict&)>;
  struct Asking {
    EndpointHandle endpoint;
    std::shared_ptr<CallerSnapshot> who;  ///< nobody else's, so that an identity may be put in
    std::string auth;
    Questions questions;
    Revocations::Watch revoked;  ///< since before its credential is looked up
    Decided decided;
  };
  struct Outcome {
    AdmissionVerdict verdict;
    bool isIdentified = false;        ///< a handler has said who it is
    std::vector<ReplayStep> replays;  ///< of those that asked for a hold
  };

  AdmissionCall(Admissions& owner, const plugin::TablePublication& tables, Asking asking)
      : _owner(owner), _tables(tables), _asking(std::move(asking)) {}

  void run() override;
  void concluded(const plugin::CallFailure* tooLong) override;

  // On the loop.
  Asking& asking() noexcept { return _asking; }
  /// Once it has concluded within its time.
  Outcome& outcome() noexcept { return _outcome; }

 private:
  const plugin::Caller& caller() const noexcept override { return *_asking.who; }
  std::string_view auth() const noexcept override { return _asking.auth; }
  void setIdentity(plugin::Identity identity) override;
  void holdEmits() override { _wantsHold = true; }

  bool askNamespaces();
  void askConnects();
  template <typename Route>
  bool guard(plugin::GuardedHandlers<Route>& handlers,
             const std::vector<Route>& (plugin::HandlerTable::*kind)() const noexcept);
  template <typename Route, typename Call>
  bool ask(const Route& route, Call&& call);

  Admissions& _owner;
  const plugin::TablePublication& _tables;
  Asking _asking;
  const base::TimePoint _received = base::systemClock().now();  // made on the loop
  Outcome _outcome;
  plugin::GuardedHandlers<plugin::NamespaceRoute> _namespaces;
  plugin::GuardedHandlers<plugin::ConnectRoute> _connects;
  bool _wantsHold = false;  // the handler that runs
};

}  // namespace chat::gateway
