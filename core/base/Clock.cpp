#include "base/Clock.h"

namespace chat::base {
namespace {

class SystemClock final : public Clock {
 public:
  TimePoint now() const noexcept override {
    return std::chrono::time_point_cast<Duration>(std::chrono::steady_clock::now());
  }
  std::chrono::system_clock::time_point wallTime() const noexcept override { return std::chrono::system_clock::now(); }
};

}  // namespace

const Clock& systemClock() noexcept {
  static const SystemClock clock;
  return clock;
}

}  // namespace chat::base
