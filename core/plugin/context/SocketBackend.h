#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "base/UniqueFunction.h"
#include "plugin/api/Sockets.h"

namespace chat::plugin {

/// A question to sockets that isn't answered completely yet. Thread: any.
class Pending {
 public:
  virtual ~Pending() = default;
  /// Ends it with the answers that have come; the others count as missing for `reason`. Does nothing if it has ended
  /// already.
  virtual void end(AckMissing::Reason reason) = 0;
};

/// The sockets of all loops, as the plugins' Sockets need them. The gateway implements it. Thread: any.
///
/// Every `done` is called exactly once, on the thread that gets the last answer, perhaps before the function has
/// returned.
class SocketBackend {
 public:
  virtual ~SocketBackend() = default;
  /// Whether the calling thread is a loop, which must never wait.
  virtual bool isLoop() const noexcept = 0;

  using Asked = base::UniqueFunction<void(std::shared_ptr<const AckResult>)>;
  /// Of `options` all but `execution`, which the caller sees to.
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
