#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "plugin/file/FileStamp.h"

namespace chat::plugin {

/// Where a folder's path leads at this moment, and the owners and modes of all folders on the way.
///
/// inotify watches an inode, but an operator means a path. The path leads elsewhere after a link on the way was
/// replaced, after the folder or one above it was exchanged, or after a file system was mounted there. A link inside
/// the folder can lead elsewhere without any change to the folder. A watch of the folder reports none of this, so
/// places are compared.
///
/// A value. Thread: any that may block.
class FolderPlace {
 public:
  static FolderPlace of(const std::filesystem::path& folder);

  bool exists() const noexcept { return !_way.empty(); }
  bool operator==(const FolderPlace&) const = default;

 private:
  /// A folder on the way from the root to the folder itself. Its times aren't compared: other files in it may change.
  struct Step {
    dev_t device = 0;
    ino_t inode = 0;
    uid_t owner = 0;
    gid_t group = 0;
    mode_t mode = 0;
    bool operator==(const Step&) const = default;
  };

  std::vector<Step> _way;  ///< empty if there is no such folder
  std::vector<std::pair<std::string, FileStamp>>
      _links;  ///< what the links in the folder lead to, sorted by the links' names
};

}  // namespace chat::plugin
