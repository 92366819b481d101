#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace chat::archive {

/// Writes a backup: lines of JSON, compressed by gzip. `finish` adds the last line, with the number of the others and
/// their SHA-256, and gives the file its name. Errors: as NewFile. Thread: one at a time.
class BackupWriter {
 public:
  explicit BackupWriter(const std::filesystem::path& path);
  ~BackupWriter();

  /// With the line feed.
  void write(std::string_view line);
  void finish();

 private:
  struct State;
  void compress(std::string_view bytes, int flush);

  std::unique_ptr<State> _state;
};

/// Reads a backup line by line. Errors: AppError 400 if the file can't be read, isn't a backup, or is damaged. Thread:
/// one at a time.
class BackupReader {
 public:
  explicit BackupReader(const std::filesystem::path& path);
  ~BackupReader();

  /// Without the line feed; false at the end, which is checked: the number of lines and their SHA-256.
  bool next(std::string& line);

 private:
  struct State;
  bool readLine(std::string& line);
  void checkEnd(const std::string& last);
  [[noreturn]] void fail(const std::string& why) const;

  std::unique_ptr<State> _state;
};

}  // namespace chat::archive
