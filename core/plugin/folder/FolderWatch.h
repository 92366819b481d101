#pragma once

#include <chrono>
#include <filesystem>

#include "base/Descriptor.h"
#include "plugin/folder/FolderPlace.h"

namespace chat::plugin {

/// Reports changes of a folder. inotify tells when files were closed after writing, moved in or out, removed, or given
/// another owner or mode. Two looks a second find that the folder's path, or a link in the folder, leads elsewhere.
///
/// It reports that something changed, not what: the caller then looks at the folder. So nothing is lost if the kernel's
/// queue overflows. A folder that is removed and made again is watched again. File systems that don't report changes by
/// other machines (such as NFS) need a look by hand.
///
/// Thread: `wake()` any; all others one at a time, on a thread that may block.
class FolderWatch {
 public:
  enum class Woken { Changed, Asked, Nothing };

  /// After this time at most an exchange of the folder is found.
  static constexpr std::chrono::milliseconds PlaceInterval{500};

  /// Without `watches` only `wake()` ends a wait early. Throws Refused if the kernel can't watch the folder.
  FolderWatch(std::filesystem::path folder, bool watches);

  /// Waits until something has changed, `wake()` was called, or the time is over. Negative: without a limit.
  Woken wait(std::chrono::milliseconds atMost);
  void wake() noexcept;

 private:
  using Time = std::chrono::steady_clock::time_point;

  bool add();
  bool isElsewhere();
  bool drain() noexcept;

  const std::filesystem::path _folder;
  const bool _watches;
  base::Descriptor _inotify;
  base::Descriptor _wakeup;
  int _watch = -1;     ///< inotify's number for the folder; -1 if there is no such folder
  FolderPlace _place;  ///< as it was when the watch was added
  Time _nextLook{};
};

}  // namespace chat::plugin
