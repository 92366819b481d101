#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plugin/run/Generation.h"
#include "plugin/run/Retirement.h"

namespace chat::plugin {

/// A file of the plugin folder and what has become of it.
struct PluginStatus {
  enum class State {
    Serving,
    Disabled,    ///< `plugins.disabled` names it, or `plugins.enabled` names others and not it
    Superseded,  ///< a newer file has a plugin of the same name
    Changing,    ///< the file is still changing, so it wasn't read
    Refused,     ///< `reason` says why; if `plugin` is set, the plugin that was in the file before still serves
  };
  std::string file;  ///< without the folder
  State state = State::Refused;
  std::string name;     ///< empty if the file can't be understood
  std::string version;  ///< likewise
  std::string reason;   ///< of a refusal: what was found, what is expected, what to do
  std::uint64_t generation = 0;
  std::vector<std::string> events;
  std::shared_ptr<Generation> plugin;  ///< the generation that serves from this file; null if none does
};

/// The plugin folder and the generations of its plugins at one moment. A value.
struct PluginOverview {
  std::vector<PluginStatus> files;  ///< sorted by name
  std::vector<RetiredPlugin> retired;
  std::uint64_t loads = 0;         ///< generations that came into service since the start
  std::uint64_t replacements = 0;  ///< those of them that replaced another
  std::uint64_t refusals = 0;      ///< files that were refused
  std::uint64_t unmapped = 0;      ///< generations that were unmapped
  std::uint64_t stillMapped = 0;   ///< generations that the dynamic loader kept
};

inline const char* nameOf(PluginStatus::State state) noexcept {
  switch (state) {
    case PluginStatus::State::Serving:
      return "serving";
    case PluginStatus::State::Disabled:
      return "disabled";
    case PluginStatus::State::Superseded:
      return "superseded";
    case PluginStatus::State::Changing:
      return "changing";
    case PluginStatus::State::Refused:
      break;
  }
  return "refused";
}

inline const char* nameOf(RetiredPlugin::State state) noexcept {
  switch (state) {
    case RetiredPlugin::State::Finishing:
      return "finishing";
    case RetiredPlugin::State::Parked:
      return "parked";
    case RetiredPlugin::State::Mapped:
      break;
  }
  return "mapped";
}

}  // namespace chat::plugin
