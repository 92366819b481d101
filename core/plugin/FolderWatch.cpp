#include "plugin/FolderWatch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "plugin/Refused.h"

namespace chat::plugin {

namespace {

// A folder that is gone may come back.
constexpr std::chrono::milliseconds Retry{1000};

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

bool FolderWatch::add() noexcept {
  constexpr std::uint32_t Events = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_ONLYDIR;
  _isWatching = ::inotify_add_watch(_inotify.get(), _folder.c_str(), Events) >= 0;
  return _isWatching;
}

FolderWatch::Woken FolderWatch::wait(std::chrono::milliseconds atMost) {
  const bool isLost = _watches && !_isWatching;
  const auto limit = isLost && (atMost.count() < 0 || atMost > Retry) ? Retry : atMost;
  std::array<pollfd, 2> descriptors{{{_wakeup.get(), POLLIN, 0}, {_inotify.get(), POLLIN, 0}}};
  const auto count = ::poll(descriptors.data(), _watches ? 2 : 1, static_cast<int>(limit.count()));
  if (isLost && add()) return Woken::Changed;
  if (count <= 0) return Woken::Nothing;
  if (descriptors[0].revents != 0) {
    eventfd_t value = 0;
    ::eventfd_read(_wakeup.get(), &value);
    return Woken::Asked;
  }
  return drain() ? Woken::Changed : Woken::Nothing;
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
      if ((event.mask & IN_IGNORED) != 0) _isWatching = false;  // the folder was removed
      at += static_cast<ssize_t>(sizeof event + event.len);
    }
  }
}

void FolderWatch::wake() noexcept {
  ::eventfd_write(_wakeup.get(), 1);
}

}  // namespace chat::plugin
