#include "plugin/folder/FolderWatch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

}  // namespace

FolderWatch::FolderWatch(std::filesystem::path folder, bool watches)
    : _folder(std::move(folder)),
      _watches(watches),
      _inotify(watches ? ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC) : -1),
      _wakeup(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!_wakeup || (_watches && (!_inotify || !add()))) {
    throw Refused("the folder " + _folder.string() + " can't be watched: " + std::generic_category().message(errno) +
                  "; raise fs.inotify.max_user_instances, or set plugins.watch to false");
  }
}

/// Watches the folder that the path leads to now, and no other any more. False if the kernel can't watch it.
bool FolderWatch::add() {
  constexpr std::uint32_t Events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR;
  // The place is taken first: if the path leads elsewhere by the time of the watch, the next look finds the difference.
  _place = FolderPlace::of(_folder);
  const auto before = std::exchange(_watch, ::inotify_add_watch(_inotify.get(), _folder.c_str(), Events));
  const auto error = errno;
  if (before >= 0 && before != _watch) ::inotify_rm_watch(_inotify.get(), before);
  errno = error;
  return _watch >= 0;
}

FolderWatch::Woken FolderWatch::wait(milliseconds atMost) {
  const auto end = atMost.count() < 0 ? Time::max() : Clock::now() + atMost;
  for (;;) {
    if (_watches && isElsewhere()) return Woken::Changed;
    const auto until = _watches ? std::min(end, _nextLook) : end;
    const auto left = until == Time::max() ? milliseconds(-1) : std::chrono::ceil<milliseconds>(until - Clock::now());
    const auto limit = until == Time::max() ? -1 : static_cast<int>(std::max(left, milliseconds(0)).count());
    std::array<pollfd, 2> descriptors{{{_wakeup.get(), POLLIN, 0}, {_inotify.get(), POLLIN, 0}}};
    const auto count = ::poll(descriptors.data(), _watches ? 2 : 1, limit);
    if (count > 0 && descriptors[0].revents != 0) {
      eventfd_t value = 0;
      ::eventfd_read(_wakeup.get(), &value);
      return Woken::Asked;
    }
    if (count > 0 && drain()) return Woken::Changed;
    if (Clock::now() >= end) return Woken::Nothing;
  }
}

/// Whether the path leads to another folder than before. If so, that one is watched from now on.
bool FolderWatch::isElsewhere() {
  const auto now = Clock::now();
  if (now < _nextLook) return false;
  _nextLook = now + PlaceInterval;
  if (_watch < 0) return add();
  if (FolderPlace::of(_folder) == _place) return false;
  add();
  return true;
}

bool FolderWatch::drain() noexcept {
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;  // NOLINT: filled by the kernel
  bool isChanged = false;
  for (;;) {
    const auto size = ::read(_inotify.get(), buffer.data(), buffer.size());
    if (size <= 0) return isChanged;
    isChanged = true;
    for (ssize_t at = 0; at < size;) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      if ((event.mask & IN_IGNORED) != 0 && event.wd == _watch) _watch = -1;  // the folder was removed
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

void FolderWatch::wake() noexcept {
  ::eventfd_write(_wakeup.get(), 1);
}

}  // namespace chat::plugin
