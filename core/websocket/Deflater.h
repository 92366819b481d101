#pragma once

#include <memory>
#include <span>
#include <string_view>

namespace chat::websocket {

/// Compresses whole messages as permessage-deflate sends them (RFC 7692, section 7.2.1), each by itself or with
/// reference to the last ones. Holds zlib's state: 2^(windowBits+2) + 2^(memoryLevel+9) bytes, 256 KiB with the usual
/// values. Thread: the one that made it.
class Deflater {
 public:
  struct Parameters {
    int windowBits = 15;  ///< 8–15
    int memoryLevel = 8;  ///< 1–9
    int level = 1;        ///< 1–9
    bool operator==(const Parameters&) const = default;
  };

  /// Errors: std::bad_alloc.
  explicit Deflater(const Parameters& parameters);
  ~Deflater();
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;

  /// The joined pieces, compressed. The view is valid until the next call of any Deflater of the thread.
  std::string_view compress(std::span<const std::string_view> pieces);
  /// Forgets what was compressed before.
  void reset() noexcept;

  const Parameters& parameters() const noexcept { return _parameters; }

 private:
  struct Stream;
  const Parameters _parameters;
  std::unique_ptr<Stream> _stream;
};

}  // namespace chat::websocket
