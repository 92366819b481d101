#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "plugin/call/EventStats.h"

namespace chat::plugin {

/// The counts of the events and roles of all plugins. They outlive the generations that count. Thread: any.
class StatsRegistry {
 public:
  using Key = std::pair<std::string, std::string>;  ///< plugin; event or role

  /// The counts live as long as the registry.
  std::shared_ptr<EventStats> of(const std::string& plugin, const std::string& event);
  std::map<Key, std::shared_ptr<EventStats>> all() const;

 private:
  mutable std::mutex _mutex;
  std::map<Key, std::shared_ptr<EventStats>> _stats;
};

}  // namespace chat::plugin
