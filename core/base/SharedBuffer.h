#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace chat::base {

/// Reference-counted bytes in one allocation: encoded once, then shared by every socket that they are sent to.
///
/// Thread: the count is atomic, so copies may live on any thread. The bytes are immutable once a second reference
/// exists; until then the only owner may append within the capacity. Limits: 4 GiB less the header.
class SharedBuffer {
 public:
  SharedBuffer() noexcept = default;
  SharedBuffer(const SharedBuffer& other) noexcept : _block(other._block) { retain(); }
  SharedBuffer(SharedBuffer&& other) noexcept : _block(std::exchange(other._block, nullptr)) {}
  SharedBuffer& operator=(SharedBuffer other) noexcept {
    std::swap(_block, other._block);
    return *this;
  }
  ~SharedBuffer() { release(); }

  /// An empty buffer with room for `capacity` bytes.
  static SharedBuffer withCapacity(std::size_t capacity);
  static SharedBuffer copyOf(std::string_view bytes);
  static SharedBuffer join(std::span<const std::string_view> pieces);

  explicit operator bool() const noexcept { return _block != nullptr; }
  std::size_t size() const noexcept { return _block ? _block->size : 0; }
  std::size_t capacity() const noexcept { return _block ? _block->capacity : 0; }
  std::string_view view() const noexcept {
    return _block ? std::string_view{bytes(), _block->size} : std::string_view{};
  }
  bool unique() const noexcept { return _block && _block->references.load(std::memory_order_acquire) == 1; }

  /// Appends; requires `unique()` and `capacity() - size() >= bytes.size()`.
  void append(std::string_view bytes) noexcept;

 private:
  struct Block {
    std::atomic<std::uint32_t> references;
    std::uint32_t size;
    std::uint32_t capacity;
  };
  explicit SharedBuffer(Block* block) noexcept : _block(block) {}
  char* bytes() const noexcept { return reinterpret_cast<char*>(_block + 1); }
  void retain() noexcept {
    if (_block) _block->references.fetch_add(1, std::memory_order_relaxed);
  }
  void release() noexcept {
    if (_block && _block->references.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(_block);
  }
  static void destroy(Block* block) noexcept;

  Block* _block = nullptr;
};

/// A part of a SharedBuffer that keeps the whole alive.
struct BufferSlice {
  SharedBuffer buffer;
  std::uint32_t offset = 0;
  std::uint32_t length = 0;

  BufferSlice() = default;
  explicit BufferSlice(SharedBuffer whole) : buffer(std::move(whole)) {
    length = static_cast<std::uint32_t>(buffer.size());
  }
  BufferSlice(SharedBuffer whole, std::size_t from)
      : buffer(std::move(whole)), offset(static_cast<std::uint32_t>(from)) {
    length = static_cast<std::uint32_t>(buffer.size() - from);
  }
  std::string_view view() const noexcept { return buffer.view().substr(offset, length); }
};

}  // namespace chat::base
