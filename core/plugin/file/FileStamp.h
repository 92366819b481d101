#pragma once

#include <cstdint>
#include <filesystem>

namespace chat::plugin {

/// What tells one content of a file from another without reading it. All zero for a file that isn't there.
/// A value: thread any.
struct FileStamp {
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;  ///< nanoseconds since 1970
  std::int64_t changed = 0;   ///< likewise; also of a new name, owner or mode

  static FileStamp of(const std::filesystem::path& path) noexcept;
  bool operator==(const FileStamp&) const = default;
};

}  // namespace chat::plugin
