#include "plugin/run/Retirement.h"

#include <algorithm>
#include <utility>

namespace chat::plugin {

namespace {

/// How many of those that stayed mapped are listed by name. All are counted.
constexpr std::size_t MaxNamed = 32;

std::string titleOf(const Generation& plugin) {
  return "plugin " + plugin.identity().name + " " + plugin.identity().version + " (generation " +
         std::to_string(plugin.number()) + ")";
}

RetiredPlugin describe(const Generation& plugin, RetiredPlugin::State state) {
  return {plugin.identity().name, plugin.identity().version, plugin.number(), state, plugin.callsInside(),
          plugin.heldBy()};
}

/// The list is never destroyed, not even at exit.
void keepForEver(std::shared_ptr<Generation> plugin) {
  static auto* const kept = new std::vector<std::shared_ptr<Generation>>;
  kept->push_back(std::move(plugin));
}

}  // namespace

void Retirement::add(std::shared_ptr<Generation> plugin) {
  plugin->close();
  _leaving.push_back({std::move(plugin), std::chrono::steady_clock::now()});
}

bool Retirement::poll() {
  bool isChanged = false;
  const auto now = std::chrono::steady_clock::now();
  for (auto at = _leaving.begin(); at != _leaving.end();) {
    if (retire(*at, std::chrono::milliseconds(0))) {
      at = _leaving.erase(at);
      isChanged = true;
      continue;
    }
    if (!at->isParked && now - at->since > _wait) {
      at->isParked = isChanged = true;
      poco_warning(_logger,
                   titleOf(*at->plugin) + " is parked: " + std::to_string(at->plugin->callsInside()) +
                       " of its calls haven't returned; it isn't called any more, and is unloaded once they return");
    }
    ++at;
  }
  return isChanged;
}

bool Retirement::finish() {
  bool allReturned = true;
  for (auto& leaving : _leaving) {
    if (retire(leaving, _wait)) continue;
    poco_error(_logger, "plugin " + leaving.plugin->identity().name +
                            " doesn't stop: " + std::to_string(leaving.plugin->callsInside()) +
                            " of its calls haven't returned; it is left in memory and not called any more");
    keepForEver(std::move(leaving.plugin));
    allReturned = false;
  }
  _leaving.clear();
  return allReturned;
}

bool Retirement::retire(const Leaving& leaving, std::chrono::milliseconds wait) {
  const auto& plugin = *leaving.plugin;
  switch (leaving.plugin->retire(wait)) {
    case Generation::Retired::Busy:
      return false;
    case Generation::Retired::Unmapped:
      ++_unmapped;
      poco_debug(_logger, titleOf(plugin) + " is unloaded");
      break;
    case Generation::Retired::StillMapped:
      ++_stillMapped;
      if (_kept.size() == MaxNamed) _kept.erase(_kept.begin());
      _kept.push_back(describe(plugin, RetiredPlugin::State::Mapped));
      poco_debug(_logger, titleOf(plugin) + " is stopped; the dynamic loader keeps its library mapped" +
                              (plugin.heldBy().empty() ? "" : ": " + plugin.heldBy()));
      break;
  }
  return true;
}

std::size_t Retirement::parked() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(_leaving.begin(), _leaving.end(), [](const Leaving& leaving) { return leaving.isParked; }));
}

std::vector<RetiredPlugin> Retirement::overview() const {
  std::vector<RetiredPlugin> all;
  for (const auto& leaving : _leaving) {
    all.push_back(
        describe(*leaving.plugin, leaving.isParked ? RetiredPlugin::State::Parked : RetiredPlugin::State::Finishing));
  }
  all.insert(all.end(), _kept.begin(), _kept.end());
  return all;
}

}  // namespace chat::plugin
