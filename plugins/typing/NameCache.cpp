#include "typing/NameCache.h"

#include <mutex>

namespace chat::typing {

std::optional<std::uint64_t> NameCache::find(const std::string& key) const {
  const std::shared_lock lock(_mutex, std::try_to_lock);
  if (!lock) return std::nullopt;
  const auto found = _ids.find(key);
  return found == _ids.end() ? std::nullopt : std::optional(found->second);
}

void NameCache::add(const std::string& key, std::uint64_t accountId) {
  const std::unique_lock lock(_mutex);
  if (_ids.size() >= _capacity) _ids.clear();
  _ids[key] = accountId;
}

}  // namespace chat::typing
