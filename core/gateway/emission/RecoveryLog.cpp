#include "gateway/emission/RecoveryLog.h"

#include <algorithm>

namespace chat::gateway {

void RecoveryLog::add(const std::shared_ptr<const Emission>& emission, base::TimePoint now) {
  _processed = emission->sequence;
  const auto oldest = now - _options.maxDisconnectionDuration - _options.confirmedAfter;
  while (!_entries.empty() && _entries.front().time < oldest) dropFirst();
  if (emission->options.isVolatile) return;
  _entries.push_back({emission, now});
  _bytes += emission->size();
  while (!_entries.empty() && (_entries.size() > _options.maxPackets || _bytes > _options.maxBytes)) dropFirst();
}

void RecoveryLog::dropFirst() noexcept {
  const Entry& first = _entries.front();
  _bytes -= first.emission->size();
  _droppedThrough = first.emission->sequence;
  _droppedTime = first.time;
  _entries.pop_front();
}

std::uint64_t RecoveryLog::processedAt(base::TimePoint time) const noexcept {
  const auto later = std::upper_bound(_entries.begin(), _entries.end(), time,
                                      [](base::TimePoint t, const Entry& entry) { return t < entry.time; });
  if (later != _entries.begin()) return std::prev(later)->emission->sequence;
  return _droppedTime <= time ? _droppedThrough : 0;
}

}  // namespace chat::gateway
