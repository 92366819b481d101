#include "plugin/run/PluginLibrary.h"

#include <Poco/ClassLoader.h>
#include <dlfcn.h>

#include <string_view>

#include "base/Demangled.h"
#include "plugin/call/PluginCall.h"
#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

/// The one of the process: two would run the initialization of each library twice. Classes are looked up by library and
/// name, since a look-up by name alone finds the first library that has such a class.
Poco::ClassLoader<Plugin>& classLoader() {
  static Poco::ClassLoader<Plugin> loader;
  return loader;
}

/// The message of the dynamic loader, without the private path, and with demangled names.
std::string loaderError(const std::filesystem::path& path) {
  const char* const raw = ::dlerror();
  std::string text = raw != nullptr ? raw : "unknown reason";
  if (const auto prefix = path.string() + ": "; text.starts_with(prefix)) text.erase(0, prefix.size());
  constexpr std::string_view Undefined = "undefined symbol: ";
  if (!text.starts_with(Undefined)) return text + "; see ldd for the libraries that it needs";
  const auto symbol = std::string_view(text).substr(Undefined.size());
  return "it needs a symbol that no library provides: " +
         base::demangled(symbol.substr(0, symbol.find_first_of(", "))) +
         "; link the library that defines it (chat_add_plugin links with -z defs, which finds that at build time)";
}

bool isMapped(const std::filesystem::path& path) noexcept {
  void* const handle = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
  if (handle == nullptr) return false;
  ::dlclose(handle);
  return true;
}

}  // namespace

PluginLibrary::PluginLibrary(std::filesystem::path path) : _path(std::move(path)) {
  try {
    open();
    loadClasses();
  } catch (...) {
    unload();
    throw;
  }
}

PluginLibrary::~PluginLibrary() {
  unload();
}

void PluginLibrary::open() {
  _handle = ::dlopen(_path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (_handle == nullptr) throw Refused("can't be loaded: " + loaderError(_path));
}

void PluginLibrary::loadClasses() {
  const auto failure = callPlugin([&] { classLoader().loadLibrary(_path.string()); });
  if (!failure) {
    _hasClasses = true;
    return;
  }
  // The ClassLoader leaks its handle of a library that it couldn't load: close that handle for it.
  ::dlclose(_handle);
  throw Refused("its classes can't be read: " + failure->text + "; build it again with this server's SDK");
}

std::unique_ptr<Plugin> PluginLibrary::create(const std::string& className) {
  const auto& manifest = classLoader().manifestFor(_path.string());
  const auto meta = manifest.find(className);
  if (meta == manifest.end()) {
    throw Refused("its identity names the class " + className +
                  ", which it doesn't export; export it by CHAT_PLUGIN alone, once");
  }
  std::unique_ptr<Plugin> plugin;
  if (const auto failure = callPlugin([&] { plugin.reset(meta->create()); })) {
    throw Refused("the constructor of " + className + " failed: " + failure->text);
  }
  return plugin;
}

bool PluginLibrary::unload() noexcept {
  if (_hasClasses) {
    _hasClasses = false;
    callPlugin([&] { classLoader().unloadLibrary(_path.string()); });
  }
  if (_handle != nullptr) ::dlclose(std::exchange(_handle, nullptr));
  const bool isGone = !isMapped(_path);
  std::error_code ignored;
  std::filesystem::remove(_path, ignored);
  return isGone;
}

}  // namespace chat::plugin
