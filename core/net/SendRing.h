#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <memory>
#include <span>

namespace chat::net {

/// Sends to many sockets with one system call (io_uring(7)).
///
/// Each send is tried once and doesn't wait, as send(2) with MSG_DONTWAIT and MSG_NOSIGNAL: when `submit` returns, all
/// are done and nothing of theirs is referred to any more. What is saved is the way into the kernel and out again, a
/// sixth to a fifth of what a small send costs on loopback.
/// Thread: that which called `create`, all of it.
class SendRing {
 public:
  /// How many sends one `submit` may have.
  static constexpr std::size_t Capacity = 64;
  /// How many pieces one send may have.
  static constexpr std::size_t MaxPieces = 8;

  /// Null where the kernel hasn't io_uring or this process may not use it (containers often may not); `errno` says why.
  static std::unique_ptr<SendRing> create();
  virtual ~SendRing() = default;

  /// One more send, of at most `MaxPieces` pieces; the bytes must stay until `submit` returns.
  virtual void add(int descriptor, std::span<const iovec> pieces) = 0;
  /// Does all that was added. The results in the order of adding: bytes that were taken, or a negative error number.
  /// Valid until the next `add`.
  virtual std::span<const ssize_t> submit() = 0;
  /// The kernel refused the ring itself; what wasn't sent has -EAGAIN as its result. It can't be used any more.
  virtual bool broken() const noexcept = 0;
};

}  // namespace chat::net
