#pragma once

#include <set>
#include <string>
#include <vector>

#include "plugin/settings/SettingsSnapshot.h"

namespace chat::plugin {

/// Which plugins of the folder are loaded: those that `plugins.enabled` names, all where it names none, but not those
/// that `plugins.disabled` names. A value.
class PluginSelection {
 public:
  static PluginSelection read(const PropertySource& properties);

  bool takes(const std::string& plugin) const { return reasonAgainst(plugin).empty(); }
  /// Why a plugin isn't loaded, to follow its name; empty where it is.
  std::string reasonAgainst(const std::string& plugin) const;
  /// A line for each name that is none of `known`.
  std::vector<std::string> unknown(const std::vector<std::string>& known) const;

 private:
  std::set<std::string> _enabled;  // none: all
  std::set<std::string> _disabled;
};

}  // namespace chat::plugin
