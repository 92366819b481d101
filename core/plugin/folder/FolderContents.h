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

/// How the plugin folder is looked at.
enum class Look {
  Start,   ///< all of it, as it is
  Change,  ///< what has changed, once it was the same at two looks
  ByHand,  ///< also what was refused before, and the settings
};

/// A file of the plugin folder, as it was read last.
struct FolderEntry {
  std::string file;                         ///< without the folder
  PluginStamp stamp{{0, -1, 0, 0}, {}};     ///< of what was read; first of nothing
  PluginStamp seen;                         ///< at the last look
  std::optional<LibraryIdentity> identity;  ///< absent where the file can't be understood
  std::string refusal;                      ///< of this stamp
  bool mayPass = false;                     ///< it was refused for what else serves at the moment
  std::shared_ptr<Generation> plugin;       ///< what serves from this file
  PluginStamp loaded;                       ///< the stamp that it was loaded of
  PluginStatus::State logged = PluginStatus::State::Refused;
};

/// The plugin folder as of the last look. Thread: one at a time, on a thread that may block.
class FolderContents {
 public:
  using Entries = std::map<std::filesystem::path, FolderEntry>;
  /// Called for each file that can't be understood, with the reason.
  using Refusing = std::function<void(FolderEntry& entry, const std::string& reason)>;

  /// Reads the files that have changed. False where one is still changing: look again soon.
  bool read(const std::vector<std::filesystem::path>& files, Look look, const Refusing& refuse);

  /// The names of all plugins, by the names of their files.
  std::vector<std::string> names() const;
  /// The files with a plugin of that name, by the time of their last change, then by name.
  std::vector<Entries::value_type*> newestFirst(const std::string& name);
  /// The file that stands for what serves; null where none does any more.
  const FolderEntry* holderOf(const std::shared_ptr<Generation>& plugin) const;
  /// From now on no file stands for it.
  void forget(const std::shared_ptr<Generation>& plugin);
  /// Whether something was refused for what served then, which may now be tried again.
  bool retryTemporary();

  Entries& entries() noexcept { return _entries; }

 private:
  static void readFile(const std::filesystem::path& path, FolderEntry& entry, const Refusing& refuse);

  Entries _entries;
};

PluginStatus statusOf(const FolderEntry& entry, const PluginSelection& selection);

}  // namespace chat::plugin
