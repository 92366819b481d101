#include "plugin/file/FileStamp.h"

#include <sys/stat.h>

namespace chat::plugin {

FileStamp FileStamp::of(const std::filesystem::path& path) noexcept {
  constexpr std::int64_t Second = 1'000'000'000;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_size, status.st_mtim.tv_sec * Second + status.st_mtim.tv_nsec,
          status.st_ctim.tv_sec * Second + status.st_ctim.tv_nsec};
}

}  // namespace chat::plugin
