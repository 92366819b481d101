#pragma once

#include <filesystem>

#include "plugin/file/FileStamp.h"

namespace chat::plugin {

/// The stamps of a plugin's file and of the properties beside it: a change of either is a change of the plugin.
/// A value. Thread: any.
struct PluginStamp {
  FileStamp library;
  FileStamp properties;

  static PluginStamp of(const std::filesystem::path& library);
  bool operator==(const PluginStamp&) const = default;
};

}  // namespace chat::plugin
