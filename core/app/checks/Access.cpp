#include "app/checks/Access.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace chat::app {
namespace {

namespace fs = std::filesystem;

std::string fault(const fs::path& path, const std::string& what) {
  return "is '" + path.string() + "', but " + what;
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

// The path itself, or the nearest folder above it that exists.
fs::path nearestExisting(fs::path path) {
  std::error_code error;
  while (path.has_relative_path() && !fs::exists(path, error)) path = path.parent_path();
  return path;
}

}  // namespace

std::string faultOfWritableFolder(const fs::path& folder) {
  const auto there = nearestExisting(folder);
  std::error_code error;
  if (!fs::is_directory(there, error)) return fault(folder, there.string() + " is not a folder");
  if (::access(there.c_str(), W_OK | X_OK) == 0) return {};
  const auto why = reason(errno);
  return fault(folder,
               there == folder ? "it can't be written: " + why : "it can't be made in " + there.string() + ": " + why);
}

std::string faultOfWritableFile(const fs::path& file) {
  std::error_code error;
  if (fs::is_directory(file, error)) return fault(file, "that is a folder");
  if (fs::exists(file, error)) {
    return ::access(file.c_str(), W_OK) == 0 ? "" : fault(file, "it can't be written: " + reason(errno));
  }
  const auto folder = file.parent_path();
  if (!fs::is_directory(folder, error)) return fault(file, folder.string() + " is not a folder");
  return ::access(folder.c_str(), W_OK | X_OK) == 0
             ? ""
             : fault(file, "it can't be made in " + folder.string() + ": " + reason(errno));
}

std::string faultOfExecutableFolder(const fs::path& folder) {
  const auto there = nearestExisting(folder);
  struct statvfs status {};
  if (::statvfs(there.c_str(), &status) != 0 || (status.f_flag & ST_NOEXEC) == 0) return {};
  return fault(folder, "the file system of " + there.string() +
                           " is mounted noexec, so that no plugin can be loaded from there");
}

}  // namespace chat::app
