#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/Clock.h"

namespace chat::data {

/// Whether the database answers. While it is known not to, callers fail at once and don't each wait in vain; a thread
/// keeps trying, so that they succeed again some 250 ms after it is back.
///
/// Thread: any.
class Availability {
 public:
  /// Throws why the database doesn't answer; called on the thread of this class.
  using Probe = std::function<void()>;

  explicit Availability(Probe probe);
  ~Availability() { stop(); }
  Availability(const Availability&) = delete;
  Availability& operator=(const Availability&) = delete;

  /// Throws Unavailable while the database is away. Doesn't wait.
  void require() const;
  /// The same; after a call has failed it waits a moment until it is known whether the database is away, and throws if
  /// it isn't known then.
  void requireKnown() const;
  /// A call has succeeded.
  void answered();
  /// A call has failed or taken too long: the database is tried at once, and is away if that fails.
  void suspect();
  void stop();

 private:
  void work() noexcept;
  void noteAway(const std::string& why);
  void noteBack();

  const Probe _probe;
  mutable std::mutex _mutex;
  std::condition_variable _changed;
  std::string _reason;
  base::TimePoint _since{};
  std::atomic<bool> _isAway{false};
  std::atomic<bool> _isSuspected{false};
  mutable std::condition_variable _decided;
  bool _isStopping = false;
  std::thread _thread;
};

}  // namespace chat::data
