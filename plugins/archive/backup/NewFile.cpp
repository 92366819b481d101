#include "archive/backup/NewFile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "plugin/api/AppError.h"

namespace chat::archive {

NewFile::NewFile(std::filesystem::path path) : _path(std::move(path)), _part(_path) {
  _part += ".part";
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(_path, ignored))) {
    throw plugin::AppError(409, "There is a file " + _path.string() + " already");
  }
  _descriptor = ::open(_part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (_descriptor < 0) fail("can't create " + _part.string());
}

NewFile::~NewFile() {
  if (_descriptor < 0) return;
  ::close(_descriptor);
  ::unlink(_part.c_str());
}

void NewFile::fail(const std::string& what) const {
  throw plugin::AppError(409, what + ": " + std::generic_category().message(errno));
}

void NewFile::write(std::string_view bytes) {
  _buffer += bytes;
  if (_buffer.size() >= Buffered) flush();
}

void NewFile::flush() {
  for (std::string_view rest = _buffer; !rest.empty();) {
    const ssize_t written = ::write(_descriptor, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("can't write " + _part.string());
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  _buffer.clear();
}

void NewFile::finish() {
  flush();
  if (::fsync(_descriptor) != 0) fail("can't write " + _part.string());
  // Not over a file that has appeared meanwhile.
  if (::link(_part.c_str(), _path.c_str()) != 0) fail("can't create " + _path.string());
  ::unlink(_part.c_str());
  ::close(_descriptor);
  _descriptor = -1;
}

}  // namespace chat::archive
