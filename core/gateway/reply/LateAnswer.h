#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "gateway/call/TimedCalls.h"
#include "gateway/endpoint/Endpoint.h"
#include "gateway/reply/RecordedReply.h"
#include "plugin/api/PendingReply.h"
#include "plugin/call/PluginCall.h"
#include "plugin/run/Generation.h"

namespace chat::gateway {

struct LateAnswer;

/// Where an answer is brought when it has ended.
class LateOwner {
 public:
  virtual net::Loop& loop() const noexcept = 0;
  /// The answer has ended, with `reply` or with `failure`. Thread: the loop's.
  virtual void finished(LateAnswer& answer) = 0;

 protected:
  ~LateOwner() = default;
};

/// What a reply needs to make a late answer; all outlive the handler's call.
struct LatePlace {
  LatePlace(LateOwner& bringTo, plugin::Generation& asked, plugin::EventStats& counts) noexcept
      : owner(bringTo), plugin(asked), stats(counts) {}
  LateOwner& owner;
  plugin::Generation& plugin;
  plugin::EventStats& stats;
};

/// The answer to an event whose handler has returned (Reply::later): made where the handler runs, ended by any thread,
/// carried out on its loop. Its time-out is that of the plugin, counted from the call.
struct LateAnswer : TimedCall, std::enable_shared_from_this<LateAnswer> {
  /// Inside a call of the plugin.
  explicit LateAnswer(const LatePlace& at);
  /// The first one that ends it gets true; everybody else does nothing.
  bool end() noexcept { return !hasEnded.exchange(true); }
  /// By whoever has ended it: brings it to its owner.
  void bring();

  LateOwner& owner;
  const std::shared_ptr<plugin::Generation> plugin;
  plugin::EventStats& stats;  ///< the plugin's
  const std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  std::atomic<bool> hasEnded{false};
  std::atomic<bool> isWanted{true};
  RecordedReply reply;
  std::optional<plugin::CallFailure> failure;

  // --- the loop's ---
  EndpointHandle endpoint;
  bool isFinished = false;  ///< it has ended, and its loop knows
  bool isAdopted = false;   ///< its handler's call has ended, and so far nothing has been told of this answer
};

/// What the plugin has of it.
class PendingAnswer final : public plugin::PendingReply {
 public:
  /// `rules` and `attachments` as for RecordedReply.
  PendingAnswer(std::shared_ptr<LateAnswer> answer, const std::optional<Sendable>& rules, std::size_t attachments);
  ~PendingAnswer() override;
  PendingAnswer(const PendingAnswer&) = delete;
  PendingAnswer& operator=(const PendingAnswer&) = delete;

  plugin::Reply& reply() noexcept override { return _recorded; }
  void send() override;
  void fail(std::exception_ptr reason) override;
  bool isWanted() const noexcept override { return _answer->isWanted.load() && !_answer->hasEnded.load(); }

 private:
  const std::shared_ptr<LateAnswer> _answer;
  /// As long as the plugin has the answer, it isn't unloaded.
  const plugin::CallGuard _guard;
  RecordedReply _recorded;
};

}  // namespace chat::gateway
