#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace chat::websocket {

/// Inflates a client's messages (RFC 7692, section 7.2.2), whose payload may come in pieces.
///
/// Between messages it holds what the next one may refer to and nothing more: at most 2^windowBits bytes, as many as
/// the client has sent yet, none where the client takes no context over. zlib's own state (some 10 KiB, and 32 for its
/// window) is lent by the thread while a message is under way. Thread: that of its connection's loop.
class Inflater {
 public:
  enum class Status {
    Output,  ///< there is more to come: call `next` again
    Done,    ///< all that was fed is inflated; `out` is the last of it and may be empty
    Bad      ///< not what DEFLATE can make; don't call again
  };

  Inflater(int windowBits, bool keepsContext) noexcept;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// More of a message's payload; `last`: the message ends with it. Then `next` until it is Done, while the bytes
  /// stay where they are.
  void feed(std::string_view bytes, bool last);
  /// What comes out next, at most `most` bytes (at least 1). The view is valid until the next call of any Inflater of
  /// the thread.
  Status next(std::size_t most, std::string_view& out);

  /// Bytes that have come out so far, of all messages.
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

  Lent _stream;  // while a message is under way
  std::unique_ptr<char[]> _context;
  std::uint32_t _contextSize = 0;
  std::uint32_t _contextCapacity = 0;
  std::string_view _input;
  std::uint64_t _inflated = 0;
  std::uint8_t _windowBits;
  bool _keepsContext;
  bool _last = false;   // the message ends with what was fed
  bool _tail = false;   // what the sender has cut off is being fed
  bool _began = false;  // something of the message was fed
};

}  // namespace chat::websocket
