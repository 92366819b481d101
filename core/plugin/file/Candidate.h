#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "plugin/file/LibraryFile.h"
#include "plugin/file/LibraryIdentity.h"

namespace chat::plugin {

/// A plugin's file that was read and understood. None of its code has run. Thread: any that may block; immutable.
class Candidate {
 public:
  /// Throws Refused if others may write the file, if it isn't a complete library, or if it has no identity that this
  /// server understands.
  static Candidate read(const std::filesystem::path& path);

  const LibraryFile& file() const noexcept { return _file; }
  const LibraryIdentity& identity() const noexcept { return _identity; }

  /// Throws Refused if the library was built in a way that can't run together with this server and other plugins.
  void checkBuild() const;

  /// What the plugin uses and shouldn't (threads of its own, signals, the environment of the process), a phrase each.
  std::vector<std::string> warnings() const;

  /// What will keep the library mapped after the plugin has ended; empty if nothing seems to.
  std::string heldBy() const;

 private:
  Candidate(LibraryFile file, LibraryIdentity identity) : _file(std::move(file)), _identity(std::move(identity)) {}

  LibraryFile _file;
  LibraryIdentity _identity;
};

}  // namespace chat::plugin
