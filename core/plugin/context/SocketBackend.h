#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/UniqueFunction.h"
#include "plugin/api/Sockets.h"

namespace chat::plugin {

/// Something that was asked of the loops and has not come to its end. Thread: any.
class Pending {
 public:
  virtual ~Pending() = default;
  /// Ends it with what has come so far; what hasn't is missing for that reason. Nothing where it has ended already.
  virtual void end(AckMissing::Reason reason) = 0;
};

/// What the plugins' Sockets rest on: the sockets of all loops. Implemented by the gateway. Thread: any.
///
/// Every `done` is called exactly once, on whichever thread the last of it came to, perhaps before the function has
/// returned.
class SocketBackend {
 public:
  virtual ~SocketBackend() = default;
  /// Whether the calling thread is a loop's, which mustn't wait.
  virtual bool isLoop() const noexcept = 0;

  using Asked = base::UniqueFunction<void(std::shared_ptr<const AckResult>)>;
  /// `options` but for `execution`, which is the caller's business.
  virtual std::shared_ptr<Pending> ask(const Target& target, std::string_view event, std::string_view args,
                                       std::span<const std::string_view> attachments, const AskOptions& options,
                                       Asked done) = 0;
  using Fetched = base::UniqueFunction<void(std::shared_ptr<const SocketList>)>;
  virtual std::shared_ptr<Pending> fetch(const Target& target, Fetched done) = 0;
  using Counted = base::UniqueFunction<void(std::size_t)>;
  virtual std::shared_ptr<Pending> count(const Target& target, Counted done) = 0;
  virtual void setData(const Target& target, std::string_view key, std::string_view value) = 0;
};

}  // namespace chat::plugin
