#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace chat::base {

/// Owns objects and gives each a key that goes stale with it: a slot is used again with another generation. Looking up
/// costs one array access. Thread: its owner's.
template <typename T>
class SlotTable {
 public:
  struct Key {
    std::uint32_t slot = 0;
    std::uint64_t generation = 0;  ///< 0 names none
  };

  /// The key of an object that `put` follows with.
  Key reserve() {
    auto slot = static_cast<std::uint32_t>(_slots.size());
    if (_free.empty()) {
      _slots.emplace_back();
    } else {
      slot = _free.back();
      _free.pop_back();
    }
    return {slot, _slots[slot].generation};
  }

  T& put(Key key, std::unique_ptr<T> object) {
    Slot& slot = _slots[key.slot];
    assert(slot.generation == key.generation && !slot.object);
    slot.object = std::move(object);
    return *slot.object;
  }

  /// Null where it has gone.
  T* find(Key key) const noexcept {
    if (key.slot >= _slots.size()) return nullptr;
    const Slot& slot = _slots[key.slot];
    return slot.generation == key.generation ? slot.object.get() : nullptr;
  }

  /// Destroys an object that is there. Its key is stale before its destructor runs.
  void erase(Key key) {
    assert(find(key) != nullptr);
    const std::unique_ptr<T> object = std::move(_slots[key.slot].object);
    ++_slots[key.slot].generation;
    _free.push_back(key.slot);
  }

  std::size_t size() const noexcept { return _slots.size() - _free.size(); }

  /// The keys of all that is there now, for walks during which objects go.
  std::vector<Key> keys() const {
    std::vector<Key> keys;
    keys.reserve(size());
    for (std::uint32_t i = 0; i < _slots.size(); ++i) {
      if (_slots[i].object) keys.push_back({i, _slots[i].generation});
    }
    return keys;
  }

 private:
  struct Slot {
    std::unique_ptr<T> object;
    std::uint64_t generation = 1;
  };
  std::vector<Slot> _slots;
  std::vector<std::uint32_t> _free;
};

}  // namespace chat::base
