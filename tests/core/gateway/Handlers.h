#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "PluginRig.h"

namespace chat::gateway {

/// What handlers note, from whatever thread.
class Notes {
 public:
  void add(std::string line) {
    const std::lock_guard lock(_mutex);
    _lines.push_back(std::move(line));
  }
  std::vector<std::string> all() const {
    const std::lock_guard lock(_mutex);
    return _lines;
  }

 private:
  mutable std::mutex _mutex;
  std::vector<std::string> _lines;
};

/// What handlers wait for; not for ever, or a test that fails would never end. Thread: any.
class Latch {
 public:
  void wait() {
    std::unique_lock lock(_mutex);
    _opened.wait_for(lock, std::chrono::seconds(10), [this] { return _isOpen; });
  }
  void letGo() {
    const std::lock_guard lock(_mutex);
    _isOpen = true;
    _opened.notify_all();
  }

 private:
  std::mutex _mutex;
  std::condition_variable _opened;
  bool _isOpen = false;
};

/// A plugin that may take 50 ms for a call, and is out of service after three faults.
inline plugin::PluginLimits impatient() {
  plugin::PluginLimits limits;
  limits.timeout = std::chrono::milliseconds(50);
  limits.faults = {3, base::Duration(60'000), base::Duration(60'000)};
  return limits;
}

using Totals = plugin::EventStats::Totals;
inline std::uint64_t count(PluginRig& rig, const char* role, std::uint64_t Totals::*what) {
  return rig.generations[0]->statsOf(role)->totals().*what;
}

inline constexpr auto Echo = [](const plugin::Request& request, plugin::Reply& reply) {
  reply.acknowledgeArgs(request.args());
};

}  // namespace chat::gateway
