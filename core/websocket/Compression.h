#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/SharedBuffer.h"
#include "net/Timer.h"
#include "websocket/DeferredInput.h"
#include "websocket/DeflateNegotiation.h"
#include "websocket/Deflater.h"
#include "websocket/Inflater.h"

namespace chat::net {
class Loop;
}

namespace chat::websocket {

/// The permessage-deflate state of a connection; connections that didn't agree on it have none.
///
/// A message is compressed with the thread's shared compressor, without context takeover, unless the agreement allows
/// the server context takeover and the loop has a context left (`DeflateOptions::maxContexts`). Then the connection
/// gets a compressor of its own at its first message and gives it back when idle: a sender may start a new context at
/// any time. Thread: its connection's loop.
class Compression {
 public:
  Compression(const DeflateOptions& options, const DeflateAgreement& agreement, net::Loop& loop);
  ~Compression();
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;

  Inflater& inflater() noexcept { return _inflater; }
  /// Belongs to the connection's session; mostly null.
  std::unique_ptr<DeferredInput>& deferredInput() noexcept { return _deferredInput; }

  /// Whether a message of `size` bytes is to be compressed.
  bool wants(std::size_t size) const noexcept { return size >= _threshold && size <= _maxSize; }
  /// The joined pieces, compressed; nothing if that doesn't make the message smaller, so that it is to be sent as it
  /// is. The view is valid until the thread's next message.
  std::optional<std::string_view> compress(std::span<const std::string_view> pieces, std::size_t size);
  /// A whole frame that was encoded for many connections (see FrameHead), compressed if that makes it smaller. Without
  /// contexts the loop's connections share the result.
  base::BufferSlice compress(base::BufferSlice frame);

 private:
  class OwnDeflater;
  bool takeContext();

  net::Loop& _loop;
  Inflater _inflater;
  std::unique_ptr<DeferredInput> _deferredInput;
  std::unique_ptr<OwnDeflater> _own;
  Deflater::Parameters _parameters;
  bool _takesContextOver;
  std::size_t _threshold;
  std::size_t _maxSize;
  std::size_t _maxContexts;
  base::Duration _contextIdleTimeout;
};

}  // namespace chat::websocket
