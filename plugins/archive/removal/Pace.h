#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace chat::archive {

/// Leaves the database to others for as long as the last step took, and for some milliseconds at least: a command that
/// changes much must not make the senders of messages wait, least of all with SQLite, whose writers take turns by
/// trying again.
class Pace {
 public:
  explicit Pace(std::chrono::milliseconds most = std::chrono::seconds(1)) : _most(most) {}
  void rest() {
    const auto taken = std::chrono::steady_clock::now() - _since;
    std::this_thread::sleep_for(std::clamp<std::chrono::steady_clock::duration>(taken, Least, _most));
    _since = std::chrono::steady_clock::now();
  }

 private:
  static constexpr std::chrono::milliseconds Least{5};
  const std::chrono::milliseconds _most;
  std::chrono::steady_clock::time_point _since = std::chrono::steady_clock::now();
};

}  // namespace chat::archive
