#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "plugin/api/Plugin.h"

namespace chat::plugin {

/// The library of one generation of a plugin, mapped into the process from a file of its own, which is removed at the
/// end.
///
/// Poco's ClassLoader opens libraries lazily and globally. So the library is opened here first, with RTLD_NOW |
/// RTLD_LOCAL: a missing symbol is an error now rather than a crash at the first call, and no symbol is bound to one of
/// another plugin.
///
/// Thread: one at a time, which may block. Objects created from it must be destroyed before it.
class PluginLibrary {
 public:
  /// Throws Refused if the library can't be loaded. `path`: a complete, checked, private copy.
  explicit PluginLibrary(std::filesystem::path path);
  ~PluginLibrary();
  PluginLibrary(const PluginLibrary&) = delete;
  PluginLibrary& operator=(const PluginLibrary&) = delete;

  /// Throws Refused if the library doesn't export that class, or if its constructor throws.
  std::unique_ptr<Plugin> create(const std::string& className);

  /// Unmaps the library. False if something keeps it mapped (a `thread_local` with a destructor, a symbol that another
  /// library uses). That costs memory, but does no harm, since nothing calls the library any more. To be called once;
  /// the destructor does it too.
  bool unload() noexcept;

 private:
  void open();
  void loadClasses();

  std::filesystem::path _path;
  void* _handle = nullptr;
  bool _hasClasses = false;
};

}  // namespace chat::plugin
