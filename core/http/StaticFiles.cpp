#include "http/StaticFiles.h"

#include <Poco/SHA1Engine.h>

#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "http/ByteRange.h"
#include "http/Compression.h"
#include "http/ContentType.h"
#include "http/Text.h"

namespace chat::http {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t CompressFrom = 1024;  // a smaller one fits into a packet anyway
constexpr ContentCoding Codings[] = {ContentCoding::Brotli, ContentCoding::Gzip, ContentCoding::Deflate};

std::string etagOf(std::string_view content) {
  Poco::SHA1Engine hash;
  hash.update(content.data(), content.size());
  return '"' + Poco::DigestEngine::digestToHex(hash.digest()).substr(0, 32) + '"';
}

// If-None-Match: weak comparison (RFC 9110, section 13.1.2).
bool matchesAny(std::string_view field, std::string_view etag) {
  bool found = false;
  forEachListed(field, [&](std::string_view candidate) {
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    found |= candidate == etag || candidate == "*";
  });
  return found;
}

bool isWithin(const fs::path& path, const fs::path& folder) {
  const auto relative = fs::weakly_canonical(path).lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

std::vector<Field> securityFields(std::string_view contentSecurityPolicy) {
  return {{"Content-Security-Policy", std::string(contentSecurityPolicy)},
          {"X-Content-Type-Options", "nosniff"},
          {"X-Frame-Options", "DENY"},
          {"Referrer-Policy", "no-referrer"}};
}

StaticFiles::StaticFiles(const Options& options)
    : _fields(securityFields(options.contentSecurityPolicy)), _etag(options.etag), _cors(options.cors) {
  _fields.emplace_back("Cache-Control", options.cacheControl);
  for (const auto& [name, content] : options.made) add(name, content, contentTypeOf(name));
  const auto folder = options.folder.empty() ? fs::path() : loadFolder(options);
  for (const auto& [name, file] : options.names) {
    // A further name of a file that was read already shares its bytes.
    const auto known = _files.find('/' + file.generic_string());
    if (known != _files.end()) {
      _files.insert_or_assign(name, File(known->second));
    } else {
      load(name, folder / file, options.maxTotalSize);
    }
  }
  if (!options.compress) return;
  for (auto& [name, file] : _files) compress(file);
}

void StaticFiles::compress(File& file) const {
  const auto size = file.content.size();
  if (size < CompressFrom || !isCompressible(file.type)) return;
  for (const auto coding : Codings) {
    const auto content = compressed(file.content.view(), coding, Effort::Thorough);
    if (content.size() > size - size / 10) continue;
    // Each coding is a representation of its own (RFC 9110, section 8.8.3), with a tag of its own.
    auto etag = file.etag;
    if (_etag.empty()) etag.insert(etag.size() - 1, '-' + std::string(http::name(coding)));
    file.variants.push_back({coding, base::SharedBuffer::copyOf(content), std::move(etag)});
  }
}

fs::path StaticFiles::loadFolder(const Options& options) {
  std::error_code fault;
  auto folder = fs::canonical(options.folder, fault);
  if (fault) throw std::runtime_error("folder " + options.folder.string() + ": " + fault.message());
  for (fs::recursive_directory_iterator entry(folder), end; entry != end; ++entry) {
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && (!entry->is_symlink() || isWithin(entry->path(), folder))) {
      load('/' + entry->path().lexically_relative(folder).generic_string(), entry->path(), options.maxTotalSize);
    }
  }
  return folder;
}

void StaticFiles::load(const std::string& name, const fs::path& path, std::size_t maxTotalSize) {
  std::error_code fault;
  const auto size = fs::file_size(path, fault);
  if (fault) throw std::runtime_error("file " + path.string() + ": " + fault.message());
  if (size > maxTotalSize - _totalSize) {
    throw std::runtime_error("file " + path.string() + ": the files together are larger than the " +
                             std::to_string(maxTotalSize) + " bytes of htdocs.maxTotalSize");
  }
  std::string content(size, '\0');
  std::ifstream stream(path, std::ios::binary);
  if (!stream.read(content.data(), static_cast<std::streamsize>(size))) {
    throw std::runtime_error("file " + path.string() + " can't be read");
  }
  add(name, content, contentTypeOf(path.filename().string()));
}

void StaticFiles::add(const std::string& name, std::string_view content, std::string_view type) {
  _totalSize += content.size();
  auto etag = _etag.empty() ? etagOf(content) : _etag;
  _files.insert_or_assign(name, File{base::SharedBuffer::copyOf(content), std::string(type), std::move(etag)});
}

void StaticFiles::handle(Exchange& exchange) {
  if (_cors && _cors->enabled() && _cors->apply(exchange)) return;
  const auto& request = exchange.request();
  const auto found = _files.find(request.path);
  if (found == _files.end()) {
    Response missing(404, "text/plain; charset=utf-8", "There is nothing at this address.\n");
    missing.fields.insert(missing.fields.end(), _fields.begin(), _fields.end());
    return exchange.respond(std::move(missing));
  }
  exchange.respond(answer(request, found->second));
}

const StaticFiles::Variant* StaticFiles::File::wanted(std::string_view acceptEncoding) const noexcept {
  const auto coding = preferred(acceptEncoding, Codings);
  for (const auto& variant : variants) {
    if (variant.coding == coding) return &variant;
  }
  return nullptr;
}

Response StaticFiles::answer(const Request& request, const File& file) const {
  Response response;
  response.fields = _fields;
  const auto asksRange = request.field("Range");
  const Variant* variant = nullptr;
  if (!file.variants.empty()) {
    response.set("Vary", "Accept-Encoding");
    if (asksRange.empty()) variant = file.wanted(request.field("Accept-Encoding"));
  }
  const auto& etag = variant ? variant->etag : file.etag;
  response.set("ETag", etag);
  if (matchesAny(request.field("If-None-Match"), etag)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", file.type);
  response.set("Accept-Ranges", "bytes");
  if (variant) {
    response.set("Content-Encoding", http::name(variant->coding));
    response.body = variant->content;
    return response;
  }
  const auto size = file.content.size();
  RangeRequest range = WholeRange{};
  const auto ifRange = request.field("If-Range");
  if (request.method == "GET" && (ifRange.empty() || ifRange == file.etag)) {
    range = parseRange(asksRange, size);
  }
  if (const auto* part = std::get_if<ByteRange>(&range)) {
    response.status = 206;
    response.set("Content-Range", "bytes " + std::to_string(part->first) + '-' + std::to_string(part->last) + '/' +
                                      std::to_string(size));
    response.body = base::SharedBuffer::copyOf(file.content.view().substr(part->first, part->last - part->first + 1));
  } else if (std::holds_alternative<UnsatisfiableRange>(range)) {
    response.status = 416;
    response.set("Content-Range", "bytes */" + std::to_string(size));
  } else {
    response.body = file.content;
  }
  return response;
}

}  // namespace chat::http
