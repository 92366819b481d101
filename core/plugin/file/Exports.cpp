#include "plugin/file/Exports.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/Demangled.h"
#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

constexpr std::array<std::string_view, 4> EntryPoints = {"pocoBuildManifest", "pocoInitializeLibrary",
                                                         "pocoUninitializeLibrary", "chatPluginIdentity"};
constexpr std::size_t MaxNamedSymbols = 3;

}  // namespace

void checkExports(const ElfImage& image) {
  std::string named;
  std::size_t count = 0;
  for (const auto symbol : image.exportedSymbols()) {
    if (std::find(EntryPoints.begin(), EntryPoints.end(), symbol) != EntryPoints.end()) continue;
    if (++count <= MaxNamedSymbols) named += (named.empty() ? "" : ", ") + base::demangled(symbol);
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

}  // namespace chat::plugin
