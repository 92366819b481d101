#include "http/ContentType.h"

#include <array>
#include <utility>

#include "http/Text.h"

namespace chat::http {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 26> Types{{
    {"html", "text/html; charset=utf-8"},
    {"htm", "text/html; charset=utf-8"},
    {"css", "text/css; charset=utf-8"},
    {"js", "text/javascript; charset=utf-8"},
    {"mjs", "text/javascript; charset=utf-8"},
    {"json", "application/json"},
    {"map", "application/json"},
    {"webmanifest", "application/manifest+json"},
    {"txt", "text/plain; charset=utf-8"},
    {"md", "text/markdown; charset=utf-8"},
    {"xml", "application/xml"},
    {"svg", "image/svg+xml"},
    {"png", "image/png"},
    {"jpg", "image/jpeg"},
    {"jpeg", "image/jpeg"},
    {"gif", "image/gif"},
    {"webp", "image/webp"},
    {"avif", "image/avif"},
    {"ico", "image/x-icon"},
    {"mp4", "video/mp4"},
    {"webm", "video/webm"},
    {"mp3", "audio/mpeg"},
    {"ogg", "audio/ogg"},
    {"woff", "font/woff"},
    {"woff2", "font/woff2"},
    {"wasm", "application/wasm"},
}};

}  // namespace

std::string_view contentTypeOf(std::string_view fileName) noexcept {
  const auto dot = fileName.rfind('.');
  if (dot != std::string_view::npos) {
    for (const auto& [ending, type] : Types) {
      if (equalsIgnoringCase(ending, fileName.substr(dot + 1))) return type;
    }
  }
  return "application/octet-stream";
}

}  // namespace chat::http
