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

  /// Throws Refused where the file can't be read, or where somebody besides root and this process' user could have
  /// written it or put it there.
  static LibraryFile read(const std::filesystem::path& path);

  const std::filesystem::path& path() const noexcept { return _path; }
  const std::string& bytes() const noexcept { return _bytes; }

 private:
  LibraryFile(std::filesystem::path path, std::string bytes) : _path(std::move(path)), _bytes(std::move(bytes)) {}

  std::filesystem::path _path;
  std::string _bytes;
};

/// Throws Refused where others than root and this process' user own or may write the folder.
void checkFolder(const std::filesystem::path& folder);

}  // namespace chat::plugin
