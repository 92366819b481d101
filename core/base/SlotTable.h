#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace chat::base {

/// Owns objects and gives each a key that becomes stale when the object is destroyed: a slot is used again with another
/// generation. Looking up costs one array access. Thread: its owner's.
template <typename T>
class SlotTable {
 public:
  struct Key {
    std::uint32_t slot = 0;
    std::uint64_t generation = 0;  ///< 0 names no object
  };

  /// The key of an object that a later `put` brings.
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

  /// Null if the object has been destroyed.
  T* find(Key key) const noexcept {
    if (key.slot >= _slots.size()) return nullptr;
    const Slot& slot = _slots[key.slot];
    return slot.generation == key.generation ? slot.object.get() : nullptr;
  }

  /// Destroys an object; it must be in the table. Its key is stale before its destructor runs.
  void erase(Key key) {
    assert(find(key) != nullptr);
    const std::unique_ptr<T> object = std::move(_slots[key.slot].object);
    ++_slots[key.slot].generation;
    _free.push_back(key.slot);
  }

  std::size_t size() const noexcept { return _slots.size() - _free.size(); }

  /// The keys of all present objects, for walks during which objects may be erased.
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
