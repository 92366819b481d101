#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/SharedBuffer.h"

namespace chat::net {

/// The bytes that wait for one peer, oldest first: slices of shared buffers, and small buffers of its own that
/// following pieces are appended to. Costs 32 bytes while empty or with one slice. Thread: its connection's loop.
class SendQueue {
 public:
  bool empty() const noexcept { return _bytes == 0; }
  std::size_t bytes() const noexcept { return _bytes; }

  void append(base::BufferSlice slice);
  /// Copies the pieces.
  void append(std::span<const std::string_view> pieces);
  /// Copies bytes that come before all others.
  void prepend(std::string_view bytes);
  /// Fills at most `iov.size()` entries with the oldest bytes; returns how many were filled.
  std::size_t gather(std::span<iovec> iov) const noexcept;
  /// Drops the oldest `count` bytes, which must be there.
  void consume(std::size_t count) noexcept;
  void clear() noexcept;

 private:
  struct More {
    std::vector<base::BufferSlice> slices;
    std::size_t first = 0;  // the entries before it have been sent
  };
  base::BufferSlice* last() noexcept;

  base::BufferSlice _first;     // may be empty while there is more
  std::unique_ptr<More> _more;  // what comes after _first; null if that is nothing
  std::size_t _bytes = 0;
};

}  // namespace chat::net
