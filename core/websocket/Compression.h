#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/SharedBuffer.h"
#include "net/Timer.h"
#include "websocket/DeflateNegotiation.h"
#include "websocket/Deflater.h"
#include "websocket/HeldBack.h"
#include "websocket/Inflater.h"

namespace chat::net {
class Loop;
}

namespace chat::websocket {

/// What a connection that agreed on permessage-deflate has of it; others have none.
///
/// A message to be sent is compressed with the thread's own compressor, which remembers nothing, unless the agreement
/// lets the server take its context over and the loop has one left (`DeflateOptions::maxContexts`). Then the connection
/// gets a compressor of its own at its first message and loses it when it was idle: a sender may begin anew at any
/// time. Thread: its connection's loop.
class Compression {
 public:
  Compression(const DeflateOptions& options, const DeflateAgreement& agreement, net::Loop& loop);
  ~Compression();
  Compression(const Compression&) = delete;
  Compression& operator=(const Compression&) = delete;

  Inflater& inflater() noexcept { return _inflater; }
  /// Its session's; mostly null.
  std::unique_ptr<HeldBack>& heldBack() noexcept { return _heldBack; }

  /// Whether a message of so many bytes is one to be compressed.
  bool wants(std::size_t size) const noexcept { return size >= _threshold && size <= _maxSize; }
  /// The joined pieces, compressed; nothing where the message gets no smaller and is to be sent as it is. The view is
  /// valid until the next message of the thread.
  std::optional<std::string_view> compress(std::span<const std::string_view> pieces, std::size_t size);
  /// A whole frame that was made for many (see FrameHead), compressed if that makes it smaller. Without contexts the
  /// loop's connections share the result.
  base::BufferSlice compress(base::BufferSlice frame);

  /// Whether it has a compressor of its own at the moment.
  bool hasContext() const noexcept { return _own != nullptr; }

 private:
  class OwnDeflater;
  bool takeContext();

  net::Loop& _loop;
  Inflater _inflater;
  std::unique_ptr<HeldBack> _heldBack;
  std::unique_ptr<OwnDeflater> _own;
  Deflater::Parameters _parameters;
  bool _takesContextOver;
  std::size_t _threshold;
  std::size_t _maxSize;
  std::size_t _maxContexts;
  base::Duration _contextIdleTimeout;
};

}  // namespace chat::websocket
