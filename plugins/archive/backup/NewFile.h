#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace chat::archive {

/// A file that appears under its name when it is complete: until `finish()` it is `NAME.part`, and it is removed if
/// that isn't called. Only its user may read it. Errors: AppError 409 if a file of that name exists, or if it can't be
/// written, with the system's reason. Thread: one at a time.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path);
  ~NewFile();
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void write(std::string_view bytes);
  /// Durable under its name.
  void finish();

 private:
  [[noreturn]] void fail(const std::string& what) const;
  void flush();

  static constexpr std::size_t Buffered = 64 * 1024;
  const std::filesystem::path _path;
  std::filesystem::path _part;
  int _descriptor = -1;
  std::string _buffer;
};

}  // namespace chat::archive
