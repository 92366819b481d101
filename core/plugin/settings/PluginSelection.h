#pragma once

#include <set>
#include <string>
#include <vector>

#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// Which plugins of the folder are loaded: those that `plugins.enabled` names, or all if it names none; without those
/// that `plugins.disabled` names. A value.
class PluginSelection {
 public:
  static PluginSelection read(const PropertySource& properties);

  bool takes(const std::string& plugin) const { return reasonAgainst(plugin).empty(); }
  /// Why the plugin isn't loaded, as a phrase; empty if it is loaded.
  std::string reasonAgainst(const std::string& plugin) const;
  /// A phrase for each name in the two properties that isn't in `known`.
  std::vector<std::string> unknown(const std::vector<std::string>& known) const;

 private:
  std::set<std::string> _enabled;  // empty: all
  std::set<std::string> _disabled;
};

}  // namespace chat::plugin
