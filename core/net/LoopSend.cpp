// The part of Loop that sends, for several connections together where it has a ring.
#include <Poco/Logger.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "net/Loop.h"

namespace chat::net {
namespace {

// From so many sends on they go together.
constexpr std::size_t LeastTogether = 4;
// An answer waits for those of at most so many other connections, which is some 50 µs.
constexpr std::size_t MostHeld = 32;
// With less left in the cork, it is emptied.
constexpr std::size_t LeastCork = 8 * 1024;

}  // namespace

void Loop::flushDirty() {
  for (std::size_t i = 0; i < _dirty.size();) {
    const auto together = std::min(_dirty.size() - i, SendRing::Capacity);
    if (_ring && together >= LeastTogether) {
      flushTogether(std::span(_dirty).subspan(i, together));
      i += together;
    } else {
      auto& connection = *_dirty[i++];
      connection._dirty = false;
      if (!connection._closing) connection.flush();
    }
  }
  _dirty.clear();
}

void Loop::flushTogether(std::span<Connection* const> connections) {
  struct Offered {
    Connection* connection;
    std::size_t bytes;
  };
  std::array<Offered, SendRing::Capacity> offered;  // NOLINT: filled as far as it is read
  std::size_t count = 0;
  for (auto* connection : connections) {
    connection->_dirty = false;
    if (connection->_closing) continue;
    std::array<iovec, SendRing::MaxPieces> pieces;  // NOLINT: filled by gather
    const std::span gathered(pieces.data(), connection->_queue.gather(pieces));
    if (gathered.empty()) continue;
    offered[count] = {connection, 0};
    for (const auto& piece : gathered) offered[count].bytes += piece.iov_len;
    ++count;
    _ring->add(connection->_descriptor, gathered);
  }
  const auto results = submitRing();
  for (std::size_t i = 0; i < count; ++i) {
    auto& connection = *offered[i].connection;
    // What follows from one result may have closed another connection, and its queue is empty then.
    if (!connection._closing && connection.took(results[i], offered[i].bytes)) connection.flush();
  }
  giveUpBrokenRing();
}

bool Loop::hold(Connection& connection) {
  if (!_ring || (!_moreReady && _held.empty())) return false;
  connection._held = true;
  _held.push_back({&connection, corked()});
  _corkStart = _corkUsed;
  if (_held.size() == MostHeld || _cork.size() - _corkUsed < LeastCork) sendHeld();
  return true;
}

void Loop::sendHeld() {
  if (_held.empty()) return;
  auto held = std::exchange(_held, {});
  std::erase_if(held, [](const Held& one) {
    auto& connection = *one.connection;
    connection._held = false;
    if (connection._queue.empty()) return false;
    connection.sendCorked(one.bytes);  // others have written to it since
    return true;
  });
  if (held.size() < LeastTogether) {
    for (const auto& [connection, bytes] : held) connection->sendCorked(bytes);
  } else {
    for (const auto& [connection, bytes] : held) {
      const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
      _ring->add(connection->_descriptor, std::span(&piece, 1));
    }
    const auto results = submitRing();
    for (std::size_t i = 0; i < held.size(); ++i) held[i].connection->tookCorked(results[i], held[i].bytes);
    giveUpBrokenRing();
  }
  held.clear();
  _held = std::move(held);  // its memory
  if (!_corked) _corkStart = _corkUsed = 0;
}

void Loop::openRing() {
  if (!_options.ioUring) return;
  _ring = SendRing::create();
  if (_index != 0) return;
  poco_information(
      Poco::Logger::get("net"),
      _ring ? "io_uring is in use: sends to several connections are one system call"
            : std::string("io_uring can't be had here, so every send is a system call: ") + std::strerror(errno));
}

std::span<const ssize_t> Loop::submitRing() {
  const auto results = _ring->submit();
  _sendsTogether.add(results.size());
  return results;
}

void Loop::giveUpBrokenRing() {
  if (!_ring || !_ring->broken()) return;
  _ring.reset();
  poco_warning(Poco::Logger::get("net"), "io_uring has failed; from now on every send is a system call");
}

}  // namespace chat::net
