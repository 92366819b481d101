#include "plugin/Candidate.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "plugin/ElfImage.h"
#include "plugin/PluginLibrary.h"
#include "plugin/PluginLimits.h"
#include "plugin/Refused.h"

namespace chat::plugin {

namespace {

constexpr std::string_view OwnThreads = "starts threads of its own, which the server can neither bound nor stop";
constexpr std::string_view Signals = "changes signal handling, which belongs to the server";
constexpr std::string_view Environment = "changes the environment or locale of the whole process";
constexpr std::string_view Processes = "starts processes";

/// Symbols whose use shows in a library's imports.
constexpr std::array<std::pair<std::string_view, std::string_view>, 13> Doubtful = {{
    {"pthread_create", OwnThreads},
    {"thrd_create", OwnThreads},
    {"_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE", OwnThreads},
    {"_ZN4Poco6Thread5startERNS_8RunnableE", OwnThreads},
    {"signal", Signals},
    {"sigaction", Signals},
    {"setlocale", Environment},
    {"setenv", Environment},
    {"putenv", Environment},
    {"chdir", Environment},
    {"fork", Processes},
    {"system", Processes},
    {"popen", Processes},
}};

}  // namespace

Candidate Candidate::read(const std::filesystem::path& path) {
  auto file = LibraryFile::read(path);
  auto identity = LibraryIdentity::of(ElfImage::parse(file.bytes()));
  return {std::move(file), std::move(identity)};
}

void Candidate::checkBuild() const {
  _identity.checkBuild(BuildIdentity::host());
  checkExports(ElfImage::parse(_file.bytes()));
}

std::vector<std::string> Candidate::warnings() const {
  std::vector<std::string> found;
  const auto image = ElfImage::parse(_file.bytes());
  for (const auto& [symbol, why] : Doubtful) {
    const auto& imports = image.undefinedSymbols();
    if (std::find(imports.begin(), imports.end(), symbol) == imports.end()) continue;
    if (std::find(found.begin(), found.end(), why) == found.end()) found.emplace_back(why);
  }
  return found;
}

std::vector<std::filesystem::path> pluginFiles(const std::filesystem::path& folder) {
  checkFolder(folder);
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const auto& path = entry.path();
    if (path.extension() == ".so" && !path.filename().native().starts_with('.')) files.push_back(path);
  }
  if (error) throw Refused("the folder " + folder.string() + " can't be read: " + error.message());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<InspectedFile> inspectFolder(const std::filesystem::path& folder) {
  std::vector<InspectedFile> files;
  for (auto& path : pluginFiles(folder)) {
    InspectedFile file;
    file.path = path;
    try {
      const auto candidate = Candidate::read(path);
      file.identity = candidate.identity();
      candidate.checkBuild();
    } catch (const Refused& refused) {
      file.refusal = refused.what();
    }
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<std::string> declaredProperties(const std::vector<InspectedFile>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) {
    if (!file.identity) continue;
    const auto& name = file.identity->name;
    for (const auto& setting : file.identity->settings) names.push_back(name + "." + setting.key);
    for (const auto& setting : PluginLimits::declarations()) names.push_back(PluginLimits::prefix(name) + setting.key);
  }
  return names;
}

}  // namespace chat::plugin
