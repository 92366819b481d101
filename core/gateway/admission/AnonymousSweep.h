#pragma once

#include <cstdint>

#include "base/Clock.h"
#include "net/Timer.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

class Directory;

/// Disconnects sockets that stay anonymous for too long: no connect handler and no login has given them an identity
/// since they connected or logged out. At the latest a quarter of that time too late. Thread: the loop's.
class AnonymousSweep {
 public:
  /// With a `timeout` of 0 nobody is disconnected, and nothing is done.
  AnonymousSweep(net::Loop& loop, Directory& directory, base::Duration timeout) noexcept;

  /// An endpoint has come that may have to be looked at.
  void opened();

 private:
  void sweep();

  net::Loop& _loop;
  Directory& _directory;
  const base::Duration _interval;
  net::Timer _timer;
  bool _armed = false;
};

}  // namespace chat::gateway
