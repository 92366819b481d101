#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugin/file/LibraryIdentity.h"
#include "plugin/folder/PluginStamp.h"
#include "plugin/folder/PluginStatus.h"
#include "plugin/run/Generation.h"
#include "plugin/settings/PluginSelection.h"

namespace chat::plugin {

/// What a look at the plugin folder takes in.
enum class Look {
  Start,   ///< all files, as they are
  Change,  ///< files that have changed, once they were the same at two looks
  ByHand,  ///< also files that were refused before, and the settings
};

/// A file of the plugin folder, as it was when it was last read.
struct FolderEntry {
  std::string file;                         ///< without the folder
  PluginStamp stamp{{0, -1, 0, 0}, {}};     ///< when it was last read; at first that of no file
  PluginStamp seen;                         ///< at the last look
  std::optional<LibraryIdentity> identity;  ///< absent if the file can't be understood
  std::string refusal;                      ///< why the file was refused with this stamp; empty if it wasn't
  bool mayPass = false;  ///< it was refused because of a plugin that serves now, so it may be accepted later
  std::shared_ptr<Generation> plugin;  ///< the generation that serves from this file
  PluginStamp loaded;                  ///< the file's stamp when that generation was loaded
  PluginStatus::State logged = PluginStatus::State::Refused;
};

/// The plugin folder as it was at the last look. Thread: one at a time, on a thread that may block.
class FolderContents {
 public:
  using Entries = std::map<std::filesystem::path, FolderEntry>;
  /// Is called with the reason for each file that can't be understood.
  using Refusing = std::function<void(FolderEntry& entry, const std::string& reason)>;

  /// Reads the files that have changed. False if any file is still changing, so that another look is needed soon.
  bool read(const std::vector<std::filesystem::path>& files, Look look, const Refusing& refuse);

  /// The names of all plugins, in the order of their files' names.
  std::vector<std::string> names() const;
  /// The files with a plugin of that name, sorted by the time of their last change, then by name; the newest first.
  std::vector<Entries::value_type*> newestFirst(const std::string& name);
  /// The file that `plugin` serves from; null if it was removed.
  const FolderEntry* holderOf(const std::shared_ptr<Generation>& plugin) const;
  /// From now on `plugin` serves from no file.
  void forget(const std::shared_ptr<Generation>& plugin);
  /// Clears the refusals with `mayPass`. True if there were any, so that these files can be tried again.
  bool retryTemporary();

  Entries& entries() noexcept { return _entries; }

 private:
  static void readFile(const std::filesystem::path& path, FolderEntry& entry, const Refusing& refuse);

  Entries _entries;
};

PluginStatus statusOf(const FolderEntry& entry, const PluginSelection& selection);

}  // namespace chat::plugin
