#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "plugin/file/Descriptor.h"

namespace chat::plugin {

/// The private folder from which libraries are loaded: each generation from a file of its own, that nobody else writes.
///
/// A library must never be opened where users drop it: overwriting a mapped file kills the process, and the dynamic
/// loader gives the old library for a name that it knows. One server at a time uses a run folder (a lock tells);
/// what an earlier one left behind is removed.
///
/// Thread: one at a time.
class RunFolder {
 public:
  /// Makes the folder (mode 0700) where it isn't there. Throws Refused where that fails, where it belongs to somebody
  /// else, or where another server uses it.
  explicit RunFolder(std::filesystem::path path);

  /// Writes the bytes to a new file and gives its path. Throws Refused.
  std::filesystem::path add(std::string_view pluginName, std::string_view bytes);

 private:
  std::filesystem::path _path;
  Descriptor _lock;
  std::uint64_t _last = 0;
};

}  // namespace chat::plugin
