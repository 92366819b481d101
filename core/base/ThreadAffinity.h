#pragma once

#include <cassert>
#include <thread>

namespace chat::base {

/// Asserts, in debug builds, that an object is touched by the thread that owns it and by no other.
/// Bound by the first `bind()`; until then any thread passes (set-up before the loop runs).
class ThreadAffinity {
 public:
  void bind() noexcept { _owner = std::this_thread::get_id(); }
  void release() noexcept { _owner = std::thread::id{}; }
  bool here() const noexcept { return _owner == std::thread::id{} || _owner == std::this_thread::get_id(); }
  void check() const noexcept { assert(here()); }

 private:
  std::thread::id _owner;
};

}  // namespace chat::base
