#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace chat::websocket {

/// Inflates a client's messages (RFC 7692, section 7.2.2), whose payload may come in pieces.
///
/// Between messages it holds only what the next one may refer to: at most 2^windowBits bytes, not more than the client
/// has sent so far, none without context takeover. zlib's own state (some 10 KiB, and 32 KiB for its window) is lent by
/// the thread while a message is being received. Thread: that of its connection's loop.
class Inflater {
 public:
  enum class Status {
    Output,  ///< there is more to come: call `next` again
    Done,    ///< everything fed was inflated; `out` is the last part and may be empty
    Bad      ///< invalid DEFLATE data; don't call again
  };

  Inflater(int windowBits, bool keepsContext) noexcept;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Takes more of a message's payload; `last`: the message ends with it. Then `next` is called until it is Done; the
  /// bytes must stay valid until then.
  void feed(std::string_view bytes, bool last);
  /// Inflates at most `most` bytes (at least 1). The view is valid until the next call of any Inflater of the thread.
  Status next(std::size_t most, std::string_view& out);

  /// Bytes that were inflated so far, of all messages.
  std::uint64_t inflated() const noexcept { return _inflated; }

  /// Bytes that are kept between messages.
  std::size_t contextSize() const noexcept { return _contextSize; }

 private:
  struct Stream;
  struct Returner {
    void operator()(Stream* stream) const noexcept;
  };
  using Lent = std::unique_ptr<Stream, Returner>;
  static Lent borrow();

  Status inflateSome(std::size_t most, std::string_view& out);
  bool begin();
  Status finish();
  void keepContext();

  Lent _stream;  // while a message is being received
  std::unique_ptr<char[]> _context;
  std::uint32_t _contextSize = 0;
  std::uint32_t _contextCapacity = 0;
  std::string_view _input;
  std::uint64_t _inflated = 0;
  std::uint8_t _windowBits;
  bool _keepsContext;
  bool _last = false;   // the message ends with what was fed
  bool _tail = false;   // Tail, which the sender removed, is being fed
  bool _began = false;  // a part of the message was fed
};

}  // namespace chat::websocket
