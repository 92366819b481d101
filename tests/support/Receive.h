#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <span>

namespace chat::test {

/// `recv` on a blocking socket, again if it was interrupted: on one with a time limit a process that was stopped and
/// continued (a paused container, say) fails with EINTR although no signal handler has run.
inline ssize_t receive(int descriptor, std::span<char> buffer) {
  for (;;) {
    const auto count = ::recv(descriptor, buffer.data(), buffer.size(), 0);
    if (count >= 0 || errno != EINTR) return count;
  }
}

/// Fills the buffer; fewer bytes if the connection ends or its time limit passes.
inline std::size_t receiveAll(int descriptor, std::span<char> buffer) {
  std::size_t got = 0;
  while (got < buffer.size()) {
    const auto count = receive(descriptor, buffer.subspan(got));
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  return got;
}

}  // namespace chat::test
