#pragma once

#include <vector>

#include "gateway/emission/EmissionOrder.h"
#include "gateway/options/RecoveryOptions.h"

namespace chat::gateway {

class Recovery;

/// What the loops share of connection state recovery. Outlives their parts of it.
class RecoveryHub {
 public:
  RecoveryHub(const RecoveryOptions& options, std::size_t loops) : _options(options), _order(loops) {}

  const RecoveryOptions& options() const noexcept { return _options; }
  EmissionOrder& order() noexcept { return _order; }
  /// In the order of the loops, before they run.
  void add(Recovery& part) { _parts.push_back(&part); }
  /// Null if there is no such loop.
  Recovery* at(unsigned loop) const noexcept { return loop < _parts.size() ? _parts[loop] : nullptr; }

 private:
  const RecoveryOptions& _options;
  EmissionOrder _order;
  std::vector<Recovery*> _parts;
};

}  // namespace chat::gateway
