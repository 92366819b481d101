#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plugin/file/LibraryFile.h"
#include "plugin/file/LibraryIdentity.h"

namespace chat::plugin {

/// A plugin's file that was read and understood, and of which nothing has run.
/// Thread: any that may block; immutable.
class Candidate {
 public:
  /// Throws Refused where the file isn't safe to read, isn't a complete library, or has no identity that is served.
  static Candidate read(const std::filesystem::path& path);

  const LibraryFile& file() const noexcept { return _file; }
  const LibraryIdentity& identity() const noexcept { return _identity; }

  /// Throws Refused where it was built in a way that can't run beside this server and other plugins.
  void checkBuild() const;

  /// What it uses that a plugin had better not (threads of its own, signals, the process' environment), a phrase each.
  std::vector<std::string> warnings() const;

  /// What will keep the library mapped after its end; empty where nothing seems to.
  std::string heldBy() const;

 private:
  Candidate(LibraryFile file, LibraryIdentity identity) : _file(std::move(file)), _identity(std::move(identity)) {}

  LibraryFile _file;
  LibraryIdentity _identity;
};

}  // namespace chat::plugin
