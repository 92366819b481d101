#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

namespace chat::messages {

/// The ids of accounts by the keys of their names, as they were when they were last read: a name may become somebody
/// else's, so whoever uses one reads it again. If there are more than `Most`, all are forgotten. Thread: any.
class AccountIds {
 public:
  static constexpr std::size_t Most = 100'000;

  std::optional<std::uint64_t> find(const std::string& key) const {
    const std::lock_guard lock(_mutex);
    const auto found = _ids.find(key);
    return found == _ids.end() ? std::nullopt : std::optional(found->second);
  }
  void remember(const std::string& key, std::uint64_t id) {
    const std::lock_guard lock(_mutex);
    if (_ids.size() >= Most) _ids.clear();
    _ids.insert_or_assign(key, id);
  }

 private:
  mutable std::mutex _mutex;
  std::unordered_map<std::string, std::uint64_t> _ids;
};

}  // namespace chat::messages
