#pragma once

#include <filesystem>
#include <string>

namespace chat::plugin {

/// A plugin's file, read once: what is checked, copied and loaded are these bytes, whatever happens to the file.
/// Thread: any that may block; immutable.
class LibraryFile {
 public:
  /// Larger files are refused: they are read into memory.
  static constexpr std::size_t MaxBytes = std::size_t{512} << 20;

  /// Throws Refused where the file can't be read, or where somebody besides root and this process' user may write it or
  /// put another in its place (WriteAccess.h).
  static LibraryFile read(const std::filesystem::path& path);

  const std::filesystem::path& path() const noexcept { return _path; }
  const std::string& bytes() const noexcept { return _bytes; }

 private:
  LibraryFile(std::filesystem::path path, std::string bytes) : _path(std::move(path)), _bytes(std::move(bytes)) {}

  std::filesystem::path _path;
  std::string _bytes;
};

}  // namespace chat::plugin
