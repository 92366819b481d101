#include "archive/backup/BackupFile.h"

#include <sodium.h>
#include <zlib.h>

#include <array>
#include <boost/json/parse.hpp>
#include <new>
#include <vector>

#include "archive/backup/NewFile.h"
#include "archive/exporting/JsonLine.h"
#include "plugin/api/AppError.h"
#include "support/ImportedPassword.h"

namespace chat::archive {
namespace {

constexpr std::size_t BufferBytes = 64 * 1024;
// A message is the longest row: text and attributes, each character of them as an escape of six at most.
constexpr std::size_t LongestLine = 2 * 1024 * 1024;

/// The SHA-256 of all lines.
class LineHash {
 public:
  LineHash() { crypto_hash_sha256_init(&_state); }
  void add(std::string_view bytes) {
    crypto_hash_sha256_update(&_state, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  }
  std::string hex() {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash;
    crypto_hash_sha256_final(&_state, hash.data());
    return support::toHex({reinterpret_cast<const char*>(hash.data()), hash.size()});
  }

 private:
  crypto_hash_sha256_state _state;
};

}  // namespace

struct BackupWriter::State {
  explicit State(const std::filesystem::path& path) : file(path), buffer(BufferBytes) {
    constexpr int Gzip = 16;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + Gzip, MAX_MEM_LEVEL, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~State() { deflateEnd(&stream); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  NewFile file;
  std::vector<char> buffer;
  z_stream stream{};
  LineHash hash;
  std::uint64_t lines = 0;
};

BackupWriter::BackupWriter(const std::filesystem::path& path) : _state(std::make_unique<State>(path)) {}

BackupWriter::~BackupWriter() = default;

void BackupWriter::write(std::string_view line) {
  ++_state->lines;
  _state->hash.add(line);
  compress(line, Z_NO_FLUSH);
}

void BackupWriter::finish() {
  const std::string last = JsonLine()
                               .boolean("end", true)
                               .number("lines", static_cast<std::int64_t>(_state->lines))
                               .text("sha256", std::string_view(_state->hash.hex()))
                               .line();
  compress(last, Z_FINISH);
  _state->file.finish();
}

void BackupWriter::compress(std::string_view bytes, int flush) {
  z_stream& stream = _state->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib doesn't change it
  stream.avail_in = static_cast<uInt>(bytes.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(_state->buffer.data());
    stream.avail_out = static_cast<uInt>(_state->buffer.size());
    deflate(&stream, flush);
    _state->file.write({_state->buffer.data(), _state->buffer.size() - stream.avail_out});
  } while (stream.avail_out == 0);
}

struct BackupReader::State {
  explicit State(const std::filesystem::path& file)
      : path(file), source(gzopen(file.c_str(), "rb")), buffer(BufferBytes) {}
  ~State() {
    if (source != nullptr) gzclose(source);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  const std::filesystem::path path;
  gzFile source;
  std::vector<char> buffer;
  std::string_view rest;
  LineHash hash;
  std::uint64_t lines = 0;
};

BackupReader::BackupReader(const std::filesystem::path& path) : _state(std::make_unique<State>(path)) {
  if (_state->source == nullptr) fail("can't be read");
}

BackupReader::~BackupReader() = default;

void BackupReader::fail(const std::string& why) const {
  throw plugin::AppError(400, _state->path.string() + " " + why);
}

bool BackupReader::next(std::string& line) {
  if (!readLine(line)) fail("is damaged: it ends in the middle");
  // Rows are arrays; the header is the only other object.
  if (_state->lines > 0 && line.starts_with('{')) {
    checkEnd(line);
    return false;
  }
  ++_state->lines;
  _state->hash.add(line);
  _state->hash.add("\n");
  return true;
}

bool BackupReader::readLine(std::string& line) {
  line.clear();
  for (;;) {
    if (_state->rest.empty()) {
      const int count = gzread(_state->source, _state->buffer.data(), static_cast<unsigned>(_state->buffer.size()));
      if (count < 0) fail("is damaged: it can't be decompressed");
      if (count == 0) return false;
      if (gzdirect(_state->source) != 0) fail("is not a backup of this chat");
      _state->rest = {_state->buffer.data(), static_cast<std::size_t>(count)};
    }
    const auto end = _state->rest.find('\n');
    line += _state->rest.substr(0, end);
    if (line.size() > LongestLine) fail("is damaged: it has a line that is too long");
    if (end != std::string_view::npos) {
      _state->rest.remove_prefix(end + 1);
      return true;
    }
    _state->rest = {};
  }
}

void BackupReader::checkEnd(const std::string& last) {
  boost::json::error_code error;
  const auto value = boost::json::parse(last, error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* lines = object ? object->if_contains("lines") : nullptr;
  const auto* hash = object ? object->if_contains("sha256") : nullptr;
  if (!lines || !lines->is_int64() || !hash || !hash->is_string() ||
      static_cast<std::uint64_t>(lines->get_int64()) != _state->lines ||
      std::string_view(hash->get_string()) != _state->hash.hex()) {
    fail("is damaged: its checksum is wrong");
  }
  std::string more;
  if (readLine(more) || !more.empty()) fail("is damaged: there is something behind its end");
}

}  // namespace chat::archive
