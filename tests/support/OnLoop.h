#pragma once

#include <future>
#include <type_traits>
#include <utility>

#include "net/Loop.h"

namespace chat::test {

/// Runs a call on a running loop, waits for it, and returns its result or throws its exception.
template <typename Call>
std::invoke_result_t<Call> onLoop(net::Loop& loop, Call&& call) {
  std::packaged_task<std::invoke_result_t<Call>()> task(std::forward<Call>(call));
  auto result = task.get_future();
  loop.post([&task] { task(); });
  return result.get();
}

}  // namespace chat::test
