#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/emission/Command.h"
#include "gateway/emission/Emission.h"

namespace chat::gateway {

/// The one order in which all loops carry out what is emitted and done to sockets, so that a number says what a socket
/// has been sent, whichever loop it is on. Only servers with connection state recovery have it. Thread: any.
class EmissionOrder {
 public:
  using Item = std::variant<std::shared_ptr<const Emission>, std::shared_ptr<const Command>>;

  explicit EmissionOrder(std::size_t loops) : _inboxes(loops) {}

  /// Appends what `make` gives for the next number. `make` runs under the lock: it encodes, and does nothing else.
  template <typename Make>
  void add(Make&& make) {
    const std::lock_guard lock(_mutex);
    const Item item = make(++_last);
    for (auto& inbox : _inboxes) inbox.push_back(item);
  }
  /// What a loop hasn't carried out yet.
  std::vector<Item> take(std::size_t loop) {
    const std::lock_guard lock(_mutex);
    return std::exchange(_inboxes[loop], {});
  }

 private:
  std::mutex _mutex;
  std::uint64_t _last = 0;
  std::vector<std::vector<Item>> _inboxes;
};

}  // namespace chat::gateway
