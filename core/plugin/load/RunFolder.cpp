#include "plugin/load/RunFolder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw Refused(what + ": " + std::generic_category().message(errno) + "; plugins.runFolder names another place");
}

void makePrivate(const std::filesystem::path& path) {
  std::error_code error;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    fail("the run folder " + path.string() + " can't be made");
  struct stat status {};
  // lstat rather than stat: another user may have put a link here that leads elsewhere.
  if (::lstat(path.c_str(), &status) != 0) fail("the run folder " + path.string() + " can't be read");
  if (!S_ISDIR(status.st_mode) || status.st_uid != ::geteuid()) {
    throw Refused("the run folder " + path.string() +
                  " is not a folder of this server's user; remove it, or let plugins.runFolder name another");
  }
  if (::chmod(path.c_str(), S_IRWXU) != 0) fail("the run folder " + path.string() + " can't be made private");
}

base::Descriptor lock(const std::filesystem::path& path) {
  const auto name = path / "lock";
  base::Descriptor file(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) fail("the run folder " + path.string() + " can't be written");
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    throw Refused("the run folder " + path.string() +
                  " is in use by another server; let plugins.runFolder name another for this one");
  }
  return file;
}

void writeAll(int file, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const auto count = ::write(file, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("the plugin can't be copied to " + name);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

}  // namespace

RunFolder::RunFolder(std::filesystem::path path) : _path(std::move(path)), _lock(-1) {
  // The dynamic loader looks for a name without a slash in its own folders.
  _path = std::filesystem::absolute(_path).lexically_normal();
  makePrivate(_path);
  _lock = lock(_path);
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(_path, error)) {
    if (entry.path().extension() == ".so") std::filesystem::remove(entry.path(), error);
  }
}

std::filesystem::path RunFolder::add(std::string_view pluginName, std::string_view bytes) {
  auto path = _path / (std::string(pluginName) + "-" + std::to_string(++_last) + ".so");
  const base::Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IXUSR));
  if (!file) fail("the plugin can't be copied to " + path.string());
  try {
    writeAll(file.get(), bytes, path.string());
  } catch (const Refused&) {
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    throw;
  }
  return path;
}

}  // namespace chat::plugin
