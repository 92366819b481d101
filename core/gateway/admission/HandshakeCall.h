#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "engineio/api/HandshakeGate.h"
#include "plugin/api/HandshakeHandler.h"
#include "plugin/call/PluginCall.h"
#include "plugin/table/GuardedHandlers.h"

namespace chat::gateway {

class Handshakes;

/// A handshake on its way through the handshake handlers: made on the loop, run on the workers of one plugin after the
/// other, which hand it back to the loop each time. Only one of them has it at a time.
class HandshakeCall final : public engineio::HandshakeGate::Question,
                            private plugin::HandshakeRequest,
                            private plugin::HandshakeResponse {
 public:
  /// Handlers of one plugin that follow each other; it isn't unloaded meanwhile.
  struct Step {
    std::vector<plugin::HandshakeHandler*> handlers;
    std::shared_ptr<plugin::Generation> plugin;
    std::shared_ptr<plugin::EventStats> stats;
    plugin::CallGuard guard;
  };

  HandshakeCall(Handshakes& owner, std::shared_ptr<const engineio::Handshake> handshake, std::string_view transport,
                engineio::HandshakeGate::Decided decided)
      : _owner(owner), _handshake(std::move(handshake)), _transport(transport), _decided(std::move(decided)) {}

  /// The handlers to be asked. False if one plugin after the other is being replaced.
  bool take(plugin::GuardedHandlers<plugin::HandshakeRoute> handlers);
  /// Asks the step's handlers until one refuses. On a worker.
  void run();

  // On the loop, while no worker has it.
  Step* step() noexcept { return _next < _steps.size() ? &_steps[_next] : nullptr; }
  void goOn() noexcept {
    ++_next;
    _started = false;
  }
  const std::optional<plugin::CallFailure>& failure() const noexcept { return _failure; }
  std::chrono::steady_clock::duration took() const noexcept { return _took; }

  // On the loop.
  bool isWithdrawn() const noexcept { return _withdrawn; }
  /// Whether a handler of the step was called.
  bool wasRun() const noexcept { return _started; }
  void decide(engineio::HandshakeVerdict verdict) { _decided(std::move(verdict)); }
  /// It may become a session.
  void allow() { _decided(std::move(_verdict)); }

  void withdraw(bool isOverdue) noexcept override;

  bool isOverdue = false;   ///< it was answered while its handler ran; the loop's
  bool isReplaced = false;  ///< the worker's thread was given a substitute meanwhile; the loop's

 private:
  std::string_view method() const noexcept override { return "GET"; }
  std::string_view url() const noexcept override { return _handshake->url; }
  std::string_view path() const noexcept override { return url().substr(0, url().find('?')); }
  std::string_view query() const noexcept override { return _handshake->query(); }
  std::string_view header(std::string_view name) const noexcept override { return _handshake->field(name); }
  std::string_view address() const noexcept override { return _handshake->address; }
  bool secure() const noexcept override { return _handshake->secure; }
  std::string_view transport() const noexcept override { return _transport; }
  int protocol() const noexcept override { return _handshake->protocol; }
  void setHeader(std::string_view name, std::string_view value) override;
  void setSessionHeader(std::string_view name, std::string_view value) override;
  void set(std::vector<http::Field>& fields, std::string_view name, std::string_view value);

  Handshakes& _owner;
  const std::shared_ptr<const engineio::Handshake> _handshake;
  const std::string_view _transport;  // a constant
  const engineio::HandshakeGate::Decided _decided;
  std::vector<Step> _steps;
  std::size_t _next = 0;
  engineio::HandshakeVerdict _verdict;
  std::optional<plugin::CallFailure> _failure;
  std::chrono::steady_clock::duration _took{};
  std::atomic<bool> _withdrawn{false};  // the loop's; workers spare themselves what nobody waits for
  std::atomic<bool> _started{false};    // the worker's; the loop asks whether a thread is held up
};

}  // namespace chat::gateway
