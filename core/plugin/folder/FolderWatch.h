#pragma once

#include <chrono>
#include <filesystem>

#include "plugin/file/Descriptor.h"
#include "plugin/folder/FolderPlace.h"

namespace chat::plugin {

/// Tells when files of a folder were written to the end, moved in or out, removed, or got another owner or mode, by
/// inotify; and when the folder's path, or a link in the folder, leads to something else, by looking twice a second.
///
/// It says that something changed, not what: whoever asks looks at the folder, which is also right when the kernel's
/// queue overflowed. A folder that was removed and made again is watched again. File systems that tell nothing of
/// other machines' changes (NFS, say) need a look by hand.
///
/// Thread: `wake()` any; the rest one at a time, on a thread that may block.
class FolderWatch {
 public:
  enum class Woken { Changed, Asked, Nothing };

  /// How long an exchange of the folder may stay unnoticed.
  static constexpr std::chrono::milliseconds PlaceInterval{500};

  /// Without `watches` only `wake()` is heard. Throws Refused where the kernel gives no watch.
  FolderWatch(std::filesystem::path folder, bool watches);

  /// Waits until something changed, `wake()` was called or the time is over; negative: for ever.
  Woken wait(std::chrono::milliseconds atMost);
  void wake() noexcept;

 private:
  using Time = std::chrono::steady_clock::time_point;

  bool add();
  bool isElsewhere();
  bool drain() noexcept;

  const std::filesystem::path _folder;
  const bool _watches;
  Descriptor _inotify;
  Descriptor _wakeup;
  int _watch = -1;     ///< of the folder that the path led to; -1 where there was none
  FolderPlace _place;  ///< as of when it was added
  Time _nextLook{};
};

}  // namespace chat::plugin
