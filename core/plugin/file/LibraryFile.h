#pragma once

#include <filesystem>
#include <string>

namespace chat::plugin {

/// The bytes of a plugin's file. The same bytes are checked, copied and loaded, whatever happens to the file meanwhile.
/// Thread: any that may block; immutable.
class LibraryFile {
 public:
  /// Larger files are refused, since files are read into memory.
  static constexpr std::size_t MaxBytes = std::size_t{512} << 20;

  /// Throws Refused if the file can't be read, or if anybody but root and the user of this process may write it or put
  /// another in its place (WriteAccess.h).
  static LibraryFile read(const std::filesystem::path& path);

  const std::filesystem::path& path() const noexcept { return _path; }
  const std::string& bytes() const noexcept { return _bytes; }

 private:
  LibraryFile(std::filesystem::path path, std::string bytes) : _path(std::move(path)), _bytes(std::move(bytes)) {}

  std::filesystem::path _path;
  std::string _bytes;
};

}  // namespace chat::plugin
