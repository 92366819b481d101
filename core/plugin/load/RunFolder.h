#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/Descriptor.h"

namespace chat::plugin {

/// The private folder from which libraries are loaded, each generation from a file of its own that nobody else can
/// write.
///
/// A library must never be mapped from the folder into which users copy it: overwriting a mapped file kills the
/// process, and for a name that it knows the dynamic loader gives the old library. A lock makes sure that only one
/// server at a time uses a run folder. Files that an earlier server left behind are removed.
///
/// Thread: one at a time.
class RunFolder {
 public:
  /// Makes the folder (mode 0700) if there is none. Throws Refused if that fails, if the folder belongs to another
  /// user, or if another server uses it.
  explicit RunFolder(std::filesystem::path path);

  /// Writes the bytes to a new file and gives its path. Throws Refused if that fails.
  std::filesystem::path add(std::string_view pluginName, std::string_view bytes);

 private:
  std::filesystem::path _path;
  base::Descriptor _lock;
  std::uint64_t _last = 0;
};

}  // namespace chat::plugin
