#include "net/Connection.h"

#include <Poco/Logger.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/LogCause.h"
#include "net/Loop.h"

namespace chat::net {
namespace {

// From this size on, copying costs more than a system call of its own would save.
constexpr std::size_t WriteThroughSize = 4096;
constexpr std::size_t MaxPieces = 16;
constexpr std::size_t MaxGather = 64;
// A connection is read again while it fills the buffer, but not for ever, since others wait.
constexpr int MaxReadsPerTurn = 4;
constexpr base::Duration LingerTime{2000};

std::size_t sizeOf(std::span<const std::string_view> pieces) noexcept {
  std::size_t total = 0;
  for (const auto& piece : pieces) total += piece.size();
  return total;
}

}  // namespace

Connection::Connection(Loop& loop, int descriptor) : _loop(&loop), _descriptor(descriptor) {}

Connection::~Connection() {
  if (_descriptor >= 0) ::close(_descriptor);
}

std::string Connection::peerAddress() const {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (getpeername(_descriptor, reinterpret_cast<sockaddr*>(&address), &length) != 0) return {};
  const bool isIpv6 = address.ss_family == AF_INET6;
  const auto* bytes = isIpv6 ? static_cast<const void*>(&reinterpret_cast<sockaddr_in6*>(&address)->sin6_addr)
                             : &reinterpret_cast<sockaddr_in*>(&address)->sin_addr;
  std::array<char, INET6_ADDRSTRLEN> host{};
  if (inet_ntop(address.ss_family, bytes, host.data(), host.size()) == nullptr) return {};
  constexpr std::string_view MappedIpv4 = "::ffff:";
  std::string_view text(host.data());
  if (text.starts_with(MappedIpv4)) text.remove_prefix(MappedIpv4.size());
  return std::string(text);
}

void Connection::setHandler(std::unique_ptr<ConnectionHandler> handler) {
  std::swap(_handler, handler);
  if (handler) _loop->_graveyard.push_back(std::move(handler));
}

void Connection::onReadable(bool broken) {
  if (_lingering) return discardInput();
  if (_paused || _closeAfterFlush) {
    // epoll reports an error or a hang-up always. It reports bytes here only if another connection paused or closed
    // this one in the same turn, after epoll_wait.
    if (broken) close(CloseReason::PeerReset);
    return;
  }
  auto& buffer = _loop->_readBuffer;
  for (int reads = 0; reads < MaxReadsPerTurn; ++reads) {
    const auto count = ::recv(_descriptor, buffer.data(), buffer.size(), 0);
    if (count > 0) {
      _loop->_corked = this;
      _handler->onData(*this, std::span(buffer.data(), static_cast<std::size_t>(count)));
      _loop->_corked = nullptr;
      uncork();
      if (static_cast<std::size_t>(count) < buffer.size() || _closing || _closeAfterFlush || _paused || _moving) return;
      if (_corkedWrite) _loop->sendCorkedWrites();
    } else if (count == 0) {
      return close(CloseReason::PeerClosed);
    } else {
      if (errno != EAGAIN && errno != EINTR) close(CloseReason::PeerReset);
      return;
    }
  }
}

void Connection::send(std::span<const std::string_view> pieces) {
  if (_closing || _closeAfterFlush) return;
  const std::size_t total = sizeOf(pieces);
  if (_queue.empty() && !_wantWritable && !_corkedWrite) {
    const bool corked = _loop->_corked == this;
    if (corked && total < WriteThroughSize && _loop->_corkUsed + total <= _loop->_cork.size()) {
      for (const auto& piece : pieces) {
        std::memcpy(_loop->_cork.data() + _loop->_corkUsed, piece.data(), piece.size());
        _loop->_corkUsed += piece.size();
      }
      return;
    }
    if (total >= WriteThroughSize && pieces.size() <= MaxPieces) {
      std::array<iovec, MaxPieces + 1> iov{};
      std::size_t count = 0;
      if (corked && !_loop->corked().empty()) {
        const auto first = _loop->corked();
        iov[count++] = {const_cast<char*>(first.data()), first.size()};
        _loop->_corkUsed = _loop->_corkStart;
      }
      for (const auto& piece : pieces) {
        if (!piece.empty()) iov[count++] = {const_cast<char*>(piece.data()), piece.size()};
      }
      return writeNow(std::span(iov.data(), count));
    }
  }
  if (!mayWait()) return;
  _queue.append(pieces);
  flushLater();
}

void Connection::send(base::BufferSlice slice) {
  if (_closing || _closeAfterFlush || !mayWait()) return;
  _queue.append(std::move(slice));
  flushLater();
}

/// Whether more may be queued. The bytes about to be sent don't count, or a file or message larger than the limit could
/// never be sent.
bool Connection::mayWait() {
  if (_queue.bytes() <= _loop->options().sendQueueLimit) return true;
  offer();
  if (_closing) return false;
  if (_queue.bytes() <= _loop->options().sendQueueLimit) return true;
  closeSlow();
  return false;
}

// A peer is slow only if the kernel doesn't take its bytes; that one turn has many bytes for it doesn't make it slow.
void Connection::offer() {
  if (_corkedWrite) _loop->sendCorkedWrites();
  if (_closing || _wantWritable) return;
  if (_loop->_corked == this && !_loop->corked().empty()) {
    _queue.prepend(_loop->corked());
    _loop->_corkUsed = _loop->_corkStart;
  }
  flush();
}

void Connection::flushLater() {
  if (_dirty || _wantWritable) return;
  _dirty = true;
  _loop->_dirty.push_back(this);
}

void Connection::closeSlow() {
  base::warnCause(Poco::Logger::get("net"), "slow",
                  "closed a slow client: address=" + peerAddress() + " waiting=" + std::to_string(_queue.bytes()));
  _loop->_slowPeers.add();
  close(CloseReason::SlowPeer);
}

// Requires an empty queue. What the kernel doesn't take is copied into it.
void Connection::writeNow(std::span<iovec> iov) {
  msghdr message{};
  message.msg_iov = iov.data();
  message.msg_iovlen = iov.size();
  auto sent = iov.size() == 1 ? ::send(_descriptor, iov[0].iov_base, iov[0].iov_len, MSG_NOSIGNAL)
                              : ::sendmsg(_descriptor, &message, MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN && errno != EINTR) return close(CloseReason::PeerReset);
    sent = 0;
  }
  auto taken = static_cast<std::size_t>(sent);
  for (auto& part : iov) {
    const auto skip = std::min(taken, part.iov_len);
    taken -= skip;
    if (skip < part.iov_len) {
      const std::string_view rest(static_cast<const char*>(part.iov_base) + skip, part.iov_len - skip);
      _queue.append(std::span(&rest, 1));
    }
  }
  if (!_queue.empty()) wantWritable(true);
}

// The end of onData. The cork holds what was sent first; slices may follow in the queue.
void Connection::uncork() {
  const auto bytes = _loop->corked();
  if (bytes.empty()) {
    if (_closing || !_closeAfterFlush) return;
    if (_queue.empty()) return finishFlush();
    if (_wantWritable) updateInterest();  // was registered before closeAfterFlush: nothing more is read now
    return;
  }
  if (!_closing && _queue.empty() && _loop->keepCorked(*this)) return;
  _loop->_corkUsed = _loop->_corkStart;
  if (!_closing) sendCorked(bytes);
}

void Connection::sendCorked(std::string_view bytes) {
  if (!_queue.empty()) {
    _queue.prepend(bytes);
    return flush();
  }
  const auto sent = ::send(_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  tookCorked(sent < 0 ? -errno : sent, bytes);
}

// Requires an empty queue.
void Connection::tookCorked(ssize_t result, std::string_view bytes) {
  if (result == static_cast<ssize_t>(bytes.size())) {
    if (_closeAfterFlush) finishFlush();
    return;
  }
  if (result < 0 && result != -EAGAIN && result != -EINTR) return close(CloseReason::PeerReset);
  _queue.prepend(bytes.substr(result < 0 ? 0 : static_cast<std::size_t>(result)));
  wantWritable(true);
}

void Connection::flush() {
  while (!_queue.empty()) {
    std::array<iovec, MaxGather> iov;  // NOLINT: filled by gather
    const auto count = _queue.gather(iov);
    std::size_t total = 0;
    for (std::size_t i = 0; i < count; ++i) total += iov[i].iov_len;
    msghdr message{};
    message.msg_iov = iov.data();
    message.msg_iovlen = count;
    const auto sent = count == 1 ? ::send(_descriptor, iov[0].iov_base, iov[0].iov_len, MSG_NOSIGNAL)
                                 : ::sendmsg(_descriptor, &message, MSG_NOSIGNAL);
    if (!took(sent < 0 ? -errno : sent, total)) return;
  }
  finishFlush();
}

// Called after the oldest `total` bytes were offered to the kernel. False: the kernel takes no more for now.
bool Connection::took(ssize_t result, std::size_t total) {
  if (result < 0) {
    result == -EAGAIN || result == -EINTR ? wantWritable(true) : close(CloseReason::PeerReset);
    return false;
  }
  _queue.consume(static_cast<std::size_t>(result));
  if (static_cast<std::size_t>(result) < total) return wantWritable(true), false;
  return true;
}

void Connection::finishFlush() {
  const bool waited = _wantWritable;
  if (waited) wantWritable(false);
  if (_closeAfterFlush) {
    if (!_linger || _lingering) {
      if (!_lingering) close(CloseReason::ClosedByUs);
      return;
    }
    _lingering = true;
    ::shutdown(_descriptor, SHUT_WR);
    _lingerTimer = std::make_unique<Timer>([](void* self) { static_cast<Connection*>(self)->close(); }, this);
    _loop->arm(*_lingerTimer, LingerTime);
    updateInterest();
  } else if (waited && _handler) {
    _handler->onDrained(*this);
  }
}

void Connection::discardInput() {
  auto& buffer = _loop->_readBuffer;
  for (int reads = 0; reads < MaxReadsPerTurn; ++reads) {
    const auto count = ::recv(_descriptor, buffer.data(), buffer.size(), 0);
    if (count > 0) continue;
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) close(CloseReason::ClosedByUs);
    return;
  }
}

void Connection::pauseReading() {
  if (_paused) return;
  _paused = true;
  updateInterest();
}

void Connection::resumeReading() {
  if (!_paused) return;
  _paused = false;
  updateInterest();
}

void Connection::wantWritable(bool wanted) {
  if (_wantWritable == wanted) return;
  _wantWritable = wanted;
  updateInterest();
}

void Connection::updateInterest() {
  if (_closing || _moving || _descriptor < 0) return;
  const bool reading = _lingering || (!_paused && !_closeAfterFlush);
  epoll_event event{};
  event.events = (reading ? static_cast<std::uint32_t>(EPOLLIN) : 0U) |
                 (_wantWritable ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.u64 = reinterpret_cast<std::uintptr_t>(this);
  epoll_ctl(_loop->_epoll, EPOLL_CTL_MOD, _descriptor, &event);
}

void Connection::close(CloseReason reason) {
  if (_closing) return;
  if (_corkedWrite) _loop->sendCorkedWrites();
  if (_closing) return;
  _closing = true;
  _closeReason = reason;
  _queue.clear();
  _loop->_closed.push_back(this);
}

void Connection::closeAfterFlush(bool linger) {
  if (_closing || _closeAfterFlush) return;
  _closeAfterFlush = true;
  _linger = linger;
  if (_loop->_corked == this || _corkedWrite) return;  // uncork goes on, or the loop when it sends the corked writes
  if (_queue.empty() && !_wantWritable) return finishFlush();
  updateInterest();
}

void Connection::moveTo(Loop& target, base::Task then) {
  if (_closing || _moving) return;
  _moving = true;
  epoll_event none{};
  none.data.u64 = reinterpret_cast<std::uintptr_t>(this);
  epoll_ctl(_loop->_epoll, EPOLL_CTL_MOD, _descriptor, &none);
  _loop->_moves.push_back({this, &target, std::move(then)});
}

}  // namespace chat::net
