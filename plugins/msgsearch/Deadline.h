#pragma once

#include "base/Clock.h"

namespace chat::msgsearch {

/// The end of the time that a request may take.
class Deadline {
 public:
  Deadline(const base::Clock& clock, base::Duration time) : _clock(clock), _end(clock.now() + time) {}

  bool isOver() const noexcept { return isOverAfter(base::Duration::zero()); }
  /// Whether there isn't so much time left.
  bool isOverAfter(base::Duration time) const noexcept { return _clock.now() + time >= _end; }
  const base::Clock& clock() const noexcept { return _clock; }

 private:
  const base::Clock& _clock;
  base::TimePoint _end;
};

}  // namespace chat::msgsearch
