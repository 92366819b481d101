#pragma once

#include <cstdint>

#include "base/Clock.h"
#include "net/Timer.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

class Directory;

/// Disconnects those who have said for too long not who they are: a socket that no connect handler and no login gave an
/// identity, counted from its connection or its logout. A quarter of the time later at the latest. Thread: the loop's.
class AnonymousSweep {
 public:
  /// `timeout` 0: nobody is disconnected, and nothing is done.
  AnonymousSweep(net::Loop& loop, Directory& directory, base::Duration timeout) noexcept;

  /// There is an endpoint that may have to be looked at.
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
