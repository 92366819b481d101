#include "net/SendRing.h"

#include <liburing.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace chat::net {
namespace {

constexpr unsigned Flags = MSG_DONTWAIT | MSG_NOSIGNAL;

class IoUring final : public SendRing {
 public:
  /// An error number, 0: ready.
  int open() {
    // One thread uses the ring and fetches results only when it submits, so the kernel needn't interrupt it (Linux
    // 6.1).
    io_uring_params params{};
    params.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN | IORING_SETUP_DEFER_TASKRUN;
    int error = -io_uring_queue_init_params(Capacity, &_ring, &params);
    if (error == EINVAL) error = -io_uring_queue_init(Capacity, &_ring, 0);
    _open = error == 0;
    return error;
  }
  ~IoUring() override {
    if (_open) io_uring_queue_exit(&_ring);
  }

  void add(int descriptor, std::span<const iovec> pieces) override {
    auto* entry = io_uring_get_sqe(&_ring);  // never null: the queue is empty after each submit
    if (pieces.size() == 1) {
      io_uring_prep_send(entry, descriptor, pieces[0].iov_base, pieces[0].iov_len, static_cast<int>(Flags));
    } else {
      auto& message = _messages[_count];
      std::copy(pieces.begin(), pieces.end(), message.pieces.begin());
      message.head = {};
      message.head.msg_iov = message.pieces.data();
      message.head.msg_iovlen = pieces.size();
      io_uring_prep_sendmsg(entry, descriptor, &message.head, Flags);
    }
    io_uring_sqe_set_data64(entry, _count++);
  }

  std::span<const ssize_t> submit() override {
    const auto count = static_cast<unsigned>(_count);
    _results.fill(-EAGAIN);
    for (unsigned done = 0; done < count;) {
      const int submitted = io_uring_submit_and_wait(&_ring, count - done);
      done += collect();
      _broken = submitted < 0 && submitted != -EINTR && submitted != -EAGAIN && submitted != -EBUSY;
      if (_broken) break;
    }
    _count = 0;
    return std::span(_results.data(), count);
  }

  bool broken() const noexcept override { return _broken; }

 private:
  struct Message {
    msghdr head;
    std::array<iovec, MaxPieces> pieces;
  };

  unsigned collect() {
    unsigned head = 0;
    unsigned seen = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&_ring, head, completion) {
      _results[completion->user_data] = completion->res;
      ++seen;
    }
    io_uring_cq_advance(&_ring, seen);
    return seen;
  }

  io_uring _ring{};
  bool _open = false;
  bool _broken = false;
  std::size_t _count = 0;
  std::array<ssize_t, Capacity> _results{};
  std::array<Message, Capacity> _messages{};
};

}  // namespace

std::unique_ptr<SendRing> SendRing::create() {
  auto ring = std::make_unique<IoUring>();
  if (const int error = ring->open(); error != 0) {
    errno = error;
    return nullptr;
  }
  return ring;
}

}  // namespace chat::net
