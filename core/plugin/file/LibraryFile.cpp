#include "plugin/file/LibraryFile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/Descriptor.h"
#include "plugin/file/Refused.h"
#include "plugin/file/WriteAccess.h"

namespace chat::plugin {

namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

std::string readAll(int descriptor, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const auto count = ::read(descriptor, bytes.data() + filled, size - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Refused("the file can't be read: " + reason(errno));
    if (count == 0) break;  // the file became shorter meanwhile, which the check of its headers finds
    filled += static_cast<std::size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

}  // namespace

LibraryFile LibraryFile::read(const std::filesystem::path& path) {
  // O_NONBLOCK: otherwise a named pipe in the folder would block the server for ever.
  const base::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) throw Refused("the file can't be opened: " + reason(errno));
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw Refused("the file can't be read: " + reason(errno));
  if (!S_ISREG(status.st_mode)) throw Refused("not a regular file, though its name ends with .so; move it elsewhere");
  checkWriters(status, path);
  checkWay(path);
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > MaxBytes) {
    throw Refused("the file has " + std::to_string(size) + " bytes; at most " + std::to_string(MaxBytes) +
                  " are read: strip its debug symbols");
  }
  return {path, readAll(file.get(), size)};
}

}  // namespace chat::plugin
