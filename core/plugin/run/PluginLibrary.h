#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "plugin/api/Plugin.h"

namespace chat::plugin {

/// One generation of a plugin's library, mapped into the process from a file of its own, which it removes at its end.
///
/// Opened by us with RTLD_NOW | RTLD_LOCAL first, so that a missing symbol is an error now rather than a crash at
/// the first call and everything is bound before Poco's ClassLoader, which opens lazily and globally, sees it.
///
/// Thread: one at a time, that may block. What was created from it must be destroyed before it.
class PluginLibrary {
 public:
  /// Throws Refused where the library can't be loaded. `path`: a complete, checked, private copy.
  explicit PluginLibrary(std::filesystem::path path);
  ~PluginLibrary();
  PluginLibrary(const PluginLibrary&) = delete;
  PluginLibrary& operator=(const PluginLibrary&) = delete;

  /// Throws Refused where the library doesn't export that class, or its constructor throws.
  std::unique_ptr<Plugin> create(const std::string& className);

  /// Unmaps the library. False where something keeps it mapped all the same (a `thread_local` with a destructor, a
  /// symbol in use elsewhere): that is memory, not a danger, once nothing calls it. Once; the destructor does it too.
  bool unload() noexcept;

 private:
  void open();
  void loadClasses();

  std::filesystem::path _path;
  void* _handle = nullptr;
  bool _hasClasses = false;
};

}  // namespace chat::plugin
