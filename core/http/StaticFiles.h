#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/SharedBuffer.h"
#include "http/ContentCoding.h"
#include "http/CorsPolicy.h"
#include "http/Exchange.h"

namespace chat::http {

/// What a browser is to be told with every page, so that a page runs nothing but its own files: a strict
/// Content-Security-Policy (no inline script or style; images and media from anywhere, since messages show them by
/// link), no guessing of types, no framing, no referrer.
std::vector<Field> securityFields(std::string_view contentSecurityPolicy);
inline constexpr std::string_view DefaultContentSecurityPolicy =
    "default-src 'self'; img-src 'self' data: blob: http: https:; media-src 'self' blob: http: https:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Serves the files of a folder, with ETag, 304 and single ranges, compressed where the client takes it.
///
/// They are read into memory when this is made, since a loop never touches the disk; a changed file needs a restart. A
/// request names an entry of a table, not a file, so that no path leads out of the folder. Text is compressed then too,
/// once for each coding: brotli, gzip, deflate; a range is always one of the file itself. Files and folders whose name
/// begins with a dot are left out, and so are links that lead out of the folder.
/// Thread: any; immutable.
class StaticFiles final : public RequestHandler {
 public:
  struct Options {
    std::filesystem::path folder;  ///< empty: only what is named
    /// More names: a request path and the file that it shows, relative to the folder or absolute, e.g.
    /// `/login` → `login.html`.
    std::map<std::string, std::filesystem::path> names;
    /// Files that are made rather than read: a request path, whose ending says the type, and the content. One of the
    /// folder, or a name, takes its place.
    std::map<std::string, std::string> made{};
    /// Bytes of all files together, as they are.
    std::size_t maxTotalSize = std::size_t{64} * 1024 * 1024;
    std::string cacheControl = "no-cache";
    std::string contentSecurityPolicy{DefaultContentSecurityPolicy};
    bool compress = true;
    /// The entity tag of all files, whatever their coding, for a set that has a version; empty: each file's own.
    std::string etag{};
    /// Which pages of other origins may read them; null: CORS isn't spoken of.
    std::shared_ptr<const CorsPolicy> cors{};
  };

  /// Throws std::runtime_error where the folder or a named file can't be read, or all are too large.
  explicit StaticFiles(const Options& options);

  void handle(Exchange& exchange) override;
  std::size_t size() const noexcept { return _files.size(); }

 private:
  struct Variant {
    ContentCoding coding;
    base::SharedBuffer content;
    std::string etag;
  };
  struct File {
    base::SharedBuffer content;
    std::string type;
    std::string etag;
    std::vector<Variant> variants{};  // compressed, the best first
    /// The variant for such a client; null: the content as it is.
    const Variant* wanted(std::string_view acceptEncoding) const noexcept;
  };
  std::filesystem::path loadFolder(const Options& options);
  void add(const std::string& name, std::string_view content, std::string_view type);
  void load(const std::string& name, const std::filesystem::path& path, std::size_t maxTotalSize);
  void compress(File& file) const;
  Response answer(const Request& request, const File& file) const;

  std::unordered_map<std::string, File> _files;
  std::size_t _totalSize = 0;
  std::vector<Field> _fields;  // of every answer
  const std::string _etag;
  const std::shared_ptr<const CorsPolicy> _cors;
};

}  // namespace chat::http
