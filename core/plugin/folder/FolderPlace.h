#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "plugin/file/FileStamp.h"

namespace chat::plugin {

/// Where a folder's path leads at this moment, and who may exchange what lies there.
///
/// inotify watches an inode; an operator means a path. The path leads elsewhere when a link on the way is renamed over,
/// when the folder or one above it is exchanged, or when a file system is mounted there; a link inside the folder leads
/// elsewhere without any change to the folder. None of this is told by a watch of the folder, so places are compared.
///
/// A value. Thread: any that may block.
class FolderPlace {
 public:
  static FolderPlace of(const std::filesystem::path& folder);

  bool exists() const noexcept { return !_way.empty(); }
  bool operator==(const FolderPlace&) const = default;

 private:
  /// A folder on the way from the root, itself included. Its times aren't in it: other things happen there.
  struct Step {
    dev_t device = 0;
    ino_t inode = 0;
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0;
    bool operator==(const Step&) const = default;
  };

  std::vector<Step> _way;                                 ///< empty where there is no such folder
  std::vector<std::pair<std::string, FileStamp>> _links;  ///< what the folder's own links lead to, by name
};

}  // namespace chat::plugin
