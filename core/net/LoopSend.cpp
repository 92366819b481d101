// The part of Loop that sends, for several connections together if it has a ring.
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

// The ring is used from this many sends on.
constexpr std::size_t LeastTogether = 4;
// An answer waits for the answers of at most this many connections, which takes some 50 µs.
constexpr std::size_t MostCorkedWrites = 32;
// If less than this is free in the cork, it is emptied.
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
    // Handling one result may close another connection, whose queue is then empty.
    if (!connection._closing && connection.took(results[i], offered[i].bytes)) connection.flush();
  }
  giveUpBrokenRing();
}

bool Loop::keepCorked(Connection& connection) {
  if (!_ring || (!_moreReady && _corkedWrites.empty())) return false;
  connection._corkedWrite = true;
  _corkedWrites.push_back({&connection, corked()});
  _corkStart = _corkUsed;
  if (_corkedWrites.size() == MostCorkedWrites || _cork.size() - _corkUsed < LeastCork) sendCorkedWrites();
  return true;
}

void Loop::sendCorkedWrites() {
  if (_corkedWrites.empty()) return;
  auto writes = std::exchange(_corkedWrites, {});
  std::erase_if(writes, [](const CorkedWrite& one) {
    auto& connection = *one.connection;
    connection._corkedWrite = false;
    if (connection._queue.empty()) return false;
    connection.sendCorked(one.bytes);  // more was queued for it since
    return true;
  });
  if (writes.size() < LeastTogether) {
    for (const auto& [connection, bytes] : writes) connection->sendCorked(bytes);
  } else {
    for (const auto& [connection, bytes] : writes) {
      const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
      _ring->add(connection->_descriptor, std::span(&piece, 1));
    }
    const auto results = submitRing();
    for (std::size_t i = 0; i < writes.size(); ++i) writes[i].connection->tookCorked(results[i], writes[i].bytes);
    giveUpBrokenRing();
  }
  writes.clear();
  _corkedWrites = std::move(writes);  // reuses its memory
  if (!_corked) _corkStart = _corkUsed = 0;
}

void Loop::openRing() {
  if (!_options.ioUring) return;
  _ring = SendRing::create();
  if (_index != 0) return;
  poco_information(
      Poco::Logger::get("net"),
      _ring ? "io_uring is in use: sends to several connections are one system call"
            : std::string("io_uring isn't available, so every send is a system call: ") + std::strerror(errno));
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
