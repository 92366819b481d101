#include "net/LoopGroup.h"

#include <pthread.h>

#include <algorithm>
#include <latch>
#include <string>

namespace chat::net {

LoopGroup::LoopGroup(unsigned count, const Loop::Options& options, const base::Clock& clock) {
  for (unsigned index = 0; index < count; ++index) _loops.push_back(std::make_unique<Loop>(index, options, clock));
}

LoopGroup::~LoopGroup() {
  stop();
}

void LoopGroup::start() {
  for (auto& loop : _loops) {
    _threads.emplace_back([&loop = *loop] { loop.run(); });
    pthread_setname_np(_threads.back().native_handle(), ("loop-" + std::to_string(loop->index())).c_str());
  }
}

void LoopGroup::stop() {
  for (auto& loop : _loops) loop->stop();
  for (auto& thread : _threads) thread.join();
  _threads.clear();
}

bool LoopGroup::here() const noexcept {
  return std::any_of(_loops.begin(), _loops.end(), [](const auto& loop) { return loop->here(); });
}

void LoopGroup::onEach(const std::function<void(Loop&)>& call) {
  if (_threads.empty()) {  // not running: the caller's thread does it
    for (auto& loop : _loops) call(*loop);
    return;
  }
  std::latch done(static_cast<std::ptrdiff_t>(_loops.size()));
  for (auto& loop : _loops) {
    loop->post([&] {
      call(*loop);
      done.count_down();
    });
  }
  done.wait();
}

}  // namespace chat::net
