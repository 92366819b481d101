#include "plugin/folder/FolderPlace.h"

#include <sys/stat.h>

#include <algorithm>
#include <system_error>

namespace chat::plugin {

FolderPlace FolderPlace::of(const std::filesystem::path& folder) {
  FolderPlace place;
  std::error_code error;
  const auto real = std::filesystem::canonical(folder, error);
  if (error) return {};
  std::filesystem::path at;
  for (const auto& part : real) {
    at /= part;
    struct stat status {};
    if (::stat(at.c_str(), &status) != 0) return {};
    place._way.push_back({status.st_dev, status.st_ino, status.st_uid, status.st_gid, status.st_mode});
  }
  for (std::filesystem::directory_iterator entry(real, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code unknown;
    if (entry->is_symlink(unknown)) {
      place._links.emplace_back(entry->path().filename().string(), FileStamp::of(entry->path()));
    }
  }
  std::sort(place._links.begin(), place._links.end(),
            [](const auto& left, const auto& right) { return left.first < right.first; });
  return place;
}

}  // namespace chat::plugin
