#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace chat::messages {

/// The messages whose senders got 504 because it wasn't known whether they were stored, until the senders know the
/// result: a repeat that can't be tried at the moment must not be answered as if nothing was stored. If there are more
/// than `Most`, the oldest are removed. Thread: any.
class UnknownLids {
 public:
  static constexpr std::size_t Most = 4096;

  void remember(std::uint64_t sender, const std::string& lid) {
    const std::lock_guard lock(_mutex);
    if (std::find(_lids.begin(), _lids.end(), Lid{sender, lid}) != _lids.end()) return;
    if (_lids.size() == Most) _lids.pop_front();
    _lids.emplace_back(sender, lid);
  }
  void forget(std::uint64_t sender, const std::string& lid) {
    const std::lock_guard lock(_mutex);
    if (!_lids.empty()) std::erase(_lids, Lid{sender, lid});
  }
  bool has(std::uint64_t sender, const std::string& lid) const {
    const std::lock_guard lock(_mutex);
    return std::find(_lids.begin(), _lids.end(), Lid{sender, lid}) != _lids.end();
  }

 private:
  using Lid = std::pair<std::uint64_t, std::string>;
  mutable std::mutex _mutex;
  std::deque<Lid> _lids;
};

}  // namespace chat::messages
