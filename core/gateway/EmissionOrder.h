#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace chat::gateway {

class Shard;
struct Emission;

/// The one order in which all loops carry out what is emitted, so that a number says what a socket has been sent
/// whichever loop it is on. For servers with connection state recovery only. Thread: any.
class EmissionOrder {
 public:
  /// An emit, or something else that must keep its place among the emits.
  struct Item {
    std::shared_ptr<const Emission> emission;
    std::function<void(Shard&)> call;
  };

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
