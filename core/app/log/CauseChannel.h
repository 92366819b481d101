#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>

#include <cstddef>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/Clock.h"
#include "base/LogThrottle.h"

namespace chat::app {

/// Hands messages on to a channel; of messages that name a cause (base/LogCause.h) at most one a second for each logger
/// and cause. That one says how many were left out since the last one: ` suppressed=N`.
///
/// Thread: any.
class CauseChannel final : public Poco::Channel {
 public:
  /// `clock` outlives the channel.
  explicit CauseChannel(Poco::AutoPtr<Poco::Channel> next, const base::Clock& clock = base::systemClock())
      : _next(std::move(next)), _clock(clock) {}

  void open() override { _next->open(); }
  void close() override { _next->close(); }
  void log(const Poco::Message& message) override;

 private:
  /// Further causes share one throttle. Causes are constants of the source, so there are only a few.
  static constexpr std::size_t MaxCauses = 1000;

  base::LogThrottle& throttleOf(std::string name);

  Poco::AutoPtr<Poco::Channel> _next;
  const base::Clock& _clock;
  std::mutex _mutex;
  std::map<std::string, base::LogThrottle, std::less<>> _throttles;
};

}  // namespace chat::app
