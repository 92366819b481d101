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

/// The security fields of every page, with which it runs only its own files: a strict Content-Security-Policy (no
/// inline script or style; images and media from anywhere, since messages show linked ones), no guessing of types, no
/// framing, no referrer.
std::vector<Field> securityFields(std::string_view contentSecurityPolicy);
inline constexpr std::string_view DefaultContentSecurityPolicy =
    "default-src 'self'; img-src 'self' data: blob: http: https:; media-src 'self' blob: http: https:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// Serves the files of a folder, with ETag, 304 and single ranges, compressed if the client accepts it.
///
/// The constructor reads them into memory, since a loop never touches the disk; a changed file needs a restart. It also
/// compresses text, once for each coding: brotli, gzip, deflate. A request is looked up in a table, not on the disk, so
/// no path leads out of the folder. A range is always one of the uncompressed file. Files and folders whose name begins
/// with a dot are left out, and so are links that lead out of the folder.
/// Thread: any; immutable.
class StaticFiles final : public RequestHandler {
 public:
  struct Options {
    std::filesystem::path folder;  ///< empty: only `names` and `made`
    /// Further request paths, each with the file that it serves, relative to the folder or absolute, e.g. `/login` →
    /// `login.html`.
    std::map<std::string, std::filesystem::path> names;
    /// Files that are generated rather than read: a request path, whose ending says the type, and the content. A file
    /// of the folder or a name with the same path replaces it.
    std::map<std::string, std::string> made{};
    /// The limit of all files together, in uncompressed bytes.
    std::size_t maxTotalSize = std::size_t{64} * 1024 * 1024;
    std::string cacheControl = "no-cache";
    std::string contentSecurityPolicy{DefaultContentSecurityPolicy};
    bool compress = true;
    /// One entity tag for all files and codings, for a set of files that has a version; empty: each file has its own.
    std::string etag{};
    /// Which pages of other origins may read them; null: no CORS fields.
    std::shared_ptr<const CorsPolicy> cors{};
  };

  /// Throws std::runtime_error if the folder or a named file can't be read, or the files are larger than
  /// `maxTotalSize`.
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
    std::vector<Variant> variants{};  // compressed, in order of preference
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
  std::vector<Field> _fields;  // for every answer
  const std::string _etag;
  const std::shared_ptr<const CorsPolicy> _cors;
};

}  // namespace chat::http
