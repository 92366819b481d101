#include "plugin/call/Callee.h"

#include <utility>

#include "plugin/call/StatsRegistry.h"

namespace chat::plugin {

Callee::Callee(std::string name, const PluginLimits& limits)
    : _name(std::move(name)),
      _limits(limits),
      _faults(limits.faults),
      _workers(exec::WorkerPool::Options{_name, limits.threads, limits.queue}) {}

void Callee::useStats(StatsRegistry& registry) {
  _registry = &registry;
  for (auto& [name, stats] : _stats) stats = registry.of(_name, name);
}

void Callee::count(const std::string& name) {
  _stats[name] = _registry != nullptr ? _registry->of(_name, name) : std::make_shared<EventStats>();
}

std::vector<std::string> Callee::roles() const {
  std::vector<std::string> roles;
  for (const auto& [name, stats] : _stats) {
    if (name.starts_with('(')) roles.push_back(name);
  }
  return roles;
}

std::uint64_t Callee::callsEnded() const noexcept {
  std::uint64_t calls = 0;
  for (const auto& [name, stats] : _stats) calls += stats->totals().calls;
  return calls;
}

}  // namespace chat::plugin
