#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <utility>

namespace chat::messages {

/// The messages whose senders were told that it isn't known whether they were stored, until they are told which: a
/// repeat that can't be tried just now must not be told that nothing was stored. Of more than `Most` the oldest are
/// forgotten. Thread: any.
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
