#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "gateway/WorkerCall.h"
#include "net/Timer.h"

namespace chat::net {
class Loop;
}

namespace chat::gateway {

/// The calls of one loop that workers have, and a look at how long they run. Thread: the loop's.
class WorkerCalls {
 public:
  /// Called once for a call that has run longer than its plugin's time-out.
  using Overdue = std::function<void(WorkerCall&)>;

  WorkerCalls(net::Loop& loop, Overdue overdue);

  /// The call is its task's, and stays where it is until `remove`.
  void add(WorkerCall& call);
  void remove(WorkerCall& call) noexcept;
  std::size_t size() const noexcept { return _calls.size(); }

 private:
  static void look(void* self);

  net::Loop& _loop;
  const Overdue _overdue;
  net::Timer _timer;
  std::vector<WorkerCall*> _calls;
};

}  // namespace chat::gateway
