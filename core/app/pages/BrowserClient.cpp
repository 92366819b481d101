#include "app/pages/BrowserClient.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace chat::app {
namespace {

namespace fs = std::filesystem;

// The version in the banner of the browser client; empty if it has none.
std::string clientVersion(const fs::path& file) {
  constexpr std::string_view Banner = "Socket.IO v";
  std::array<char, 256> start{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(start.data(), start.size());
  const std::string_view text(start.data(), static_cast<std::size_t>(stream.gcount()));
  const auto at = text.find(Banner);
  if (at == std::string_view::npos) return {};
  const auto rest = text.substr(at + Banner.size());
  return std::string(rest.substr(0, rest.find_first_not_of("0123456789.-abcdefghijklmnopqrstuvwxyz")));
}

}  // namespace

http::StaticFiles::Options browserClient(const Settings& settings, std::shared_ptr<const http::CorsPolicy> cors) {
  const auto& folder = settings.clientFiles.folder;
  http::StaticFiles::Options options;
  options.cacheControl = "public, max-age=0";
  options.compress = settings.htdocs.compress;
  options.cors = std::move(cors);
  std::error_code fault;
  for (const auto& entry : fs::directory_iterator(folder, fault)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with("socket.io.") && entry.is_regular_file()) {
      options.names.emplace(settings.engine.path + name, entry.path());
    }
  }
  if (!options.names.contains(settings.engine.path + "socket.io.js")) {
    throw std::runtime_error("socketio.clientFolder is '" + folder.string() +
                             "', but there is no socket.io.js; install the client there, or set socketio.serveClient "
                             "to false");
  }
  // As in the reference server: the version is the entity tag, so caches stay valid as long as the version.
  if (const auto version = clientVersion(folder / "socket.io.js"); !version.empty()) {
    options.etag = '"' + version + '"';
  }
  return options;
}

}  // namespace chat::app
