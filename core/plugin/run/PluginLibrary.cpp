#include "plugin/run/PluginLibrary.h"

#include <Poco/ClassLoader.h>
#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "plugin/call/PluginCall.h"
#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

constexpr std::array<std::string_view, 4> EntryPoints = {"pocoBuildManifest", "pocoInitializeLibrary",
                                                         "pocoUninitializeLibrary", "chatPluginIdentity"};
constexpr std::size_t MaxNamedSymbols = 3;

/// One for the process: two would run the libraries' initialization twice. Classes are created by library, never by
/// class name alone, which would find the first library that has such a class.
Poco::ClassLoader<Plugin>& classLoader() {
  static Poco::ClassLoader<Plugin> loader;
  return loader;
}

/// What the dynamic loader said, without the private path, and with C++ names as written.
std::string loaderError(const std::filesystem::path& path) {
  const char* const raw = ::dlerror();
  std::string text = raw != nullptr ? raw : "unknown reason";
  if (const auto prefix = path.string() + ": "; text.starts_with(prefix)) text.erase(0, prefix.size());
  constexpr std::string_view Undefined = "undefined symbol: ";
  if (!text.starts_with(Undefined)) return text + "; see ldd for the libraries that it needs";
  const auto symbol = std::string_view(text).substr(Undefined.size());
  return "it needs a symbol that no library gives: " + demangled(symbol.substr(0, symbol.find_first_of(", "))) +
         "; link what defines it (chat_add_plugin links with -z defs, which tells at build time)";
}

bool isMapped(const std::filesystem::path& path) noexcept {
  void* const handle = ::dlopen(path.c_str(), RTLD_LAZY | RTLD_NOLOAD);
  if (handle == nullptr) return false;
  ::dlclose(handle);
  return true;
}

}  // namespace

void checkExports(const ElfImage& image) {
  std::string named;
  std::size_t count = 0;
  for (const auto symbol : image.exportedSymbols()) {
    if (std::find(EntryPoints.begin(), EntryPoints.end(), symbol) != EntryPoints.end()) continue;
    if (++count <= MaxNamedSymbols) named += (named.empty() ? "" : ", ") + demangled(symbol);
  }
  if (count != 0) {
    throw Refused("it exports " + std::to_string(count) + " symbols beside its entry points (" + named +
                  (count > MaxNamedSymbols ? ", …" : "") +
                  "), which could take the place of another plugin's; build it with chat_add_plugin, or with "
                  "-fvisibility=hidden -fvisibility-inlines-hidden and a version script "
                  "{ global: pocoBuildManifest; chatPluginIdentity; local: *; }");
  }
  const auto& symbols = image.exportedSymbols();
  if (std::find(symbols.begin(), symbols.end(), "pocoBuildManifest") == symbols.end()) {
    throw Refused("it doesn't export pocoBuildManifest, by which its class is created; build it with chat_add_plugin");
  }
}

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
  // The ClassLoader forgets the handle of a library that it couldn't load: give it back in its place.
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
