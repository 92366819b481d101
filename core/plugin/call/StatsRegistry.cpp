#include "plugin/call/StatsRegistry.h"

namespace chat::plugin {

std::shared_ptr<EventStats> StatsRegistry::of(const std::string& plugin, const std::string& event) {
  const std::lock_guard lock(_mutex);
  auto& stats = _stats[{plugin, event}];
  if (!stats) stats = std::make_shared<EventStats>();
  return stats;
}

std::map<StatsRegistry::Key, std::shared_ptr<EventStats>> StatsRegistry::all() const {
  const std::lock_guard lock(_mutex);
  return _stats;
}

}  // namespace chat::plugin
