#pragma once

#include <cstdint>
#include <filesystem>

namespace chat::plugin {

/// What differs after a file was changed, found without reading the file. All zero if there is no such file. A value:
/// thread any.
struct FileStamp {
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970
  std::int64_t changed = 0;   ///< likewise; changes also with the file's name, owner or mode

  static FileStamp of(const std::filesystem::path& path) noexcept;
  bool operator==(const FileStamp&) const = default;
};

}  // namespace chat::plugin
