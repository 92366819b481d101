#pragma once

#include "base/Clock.h"

namespace chat::msgsearch {

/// The end of the time that a request may take.
class Deadline {
 public:
  Deadline(const base::Clock& clock, base::Duration time) : _clock(clock), _end(clock.now() + time) {}

  bool isOver() const noexcept { return _clock.now() >= _end; }
  const base::Clock& clock() const noexcept { return _clock; }

 private:
  const base::Clock& _clock;
  base::TimePoint _end;
};

}  // namespace chat::msgsearch
