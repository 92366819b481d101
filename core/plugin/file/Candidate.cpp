#include "plugin/file/Candidate.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "plugin/file/ElfImage.h"
#include "plugin/file/Exports.h"

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

std::string Candidate::heldBy() const {
  const auto image = ElfImage::parse(_file.bytes());
  const auto& imports = image.undefinedSymbols();
  for (const auto* const symbol : {"__cxa_thread_atexit", "__cxa_thread_atexit_impl"}) {
    if (std::find(imports.begin(), imports.end(), symbol) != imports.end()) return "a thread_local with a destructor";
  }
  return image.hasUniqueSymbols() ? "symbols that are unique in the process (-fno-gnu-unique)" : "";
}

}  // namespace chat::plugin
