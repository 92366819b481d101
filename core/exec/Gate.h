#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

#include "base/Clock.h"

namespace chat::exec {

/// Counts the work that runs inside; once closed it lets nobody in, and its owner waits until the last one has left.
///
/// `if (auto pass = gate.enter()) { … }`: the pass leaves when it is destroyed, and may be moved into a task.
/// Thread: any; `waitEmpty` waits, so never on a loop. Outlives its passes.
class Gate {
 public:
  class Pass {
   public:
    Pass(Pass&& other) noexcept : _gate(std::exchange(other._gate, nullptr)) {}
    Pass& operator=(Pass&& other) noexcept {
      std::swap(_gate, other._gate);
      return *this;
    }
    ~Pass() {
      if (_gate) _gate->leave();
    }

   private:
    friend class Gate;
    explicit Pass(Gate& gate) noexcept : _gate(&gate) {}
    Gate* _gate;
  };

  Gate() = default;
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// Nothing where the gate is closed.
  std::optional<Pass> enter();
  void close();
  bool closed() const;
  /// Whether the last one left within `wait`. Meant for a closed gate: an open one may fill again at once.
  bool waitEmpty(base::Duration wait);
  std::size_t inside() const;

 private:
  void leave();

  mutable std::mutex _mutex;
  std::condition_variable _emptied;
  std::size_t _inside = 0;
  bool _closed = false;
};

}  // namespace chat::exec
