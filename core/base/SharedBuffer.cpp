#include "base/SharedBuffer.h"

#include <cassert>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>

namespace chat::base {

SharedBuffer SharedBuffer::withCapacity(std::size_t capacity) {
  if (capacity > std::numeric_limits<std::uint32_t>::max() - sizeof(Block)) throw std::length_error("SharedBuffer");
  void* memory = ::operator new(sizeof(Block) + capacity);
  return SharedBuffer(new (memory) Block{{1}, 0, static_cast<std::uint32_t>(capacity)});
}

SharedBuffer SharedBuffer::copyOf(std::string_view bytes) {
  SharedBuffer buffer = withCapacity(bytes.size());
  buffer.append(bytes);
  return buffer;
}

SharedBuffer SharedBuffer::join(std::span<const std::string_view> pieces) {
  std::size_t total = 0;
  for (const auto& piece : pieces) total += piece.size();
  SharedBuffer buffer = withCapacity(total);
  for (const auto& piece : pieces) buffer.append(piece);
  return buffer;
}

void SharedBuffer::append(std::string_view more) noexcept {
  if (more.empty()) return;
  assert(unique() && _block->capacity - _block->size >= more.size());
  std::memcpy(bytes() + _block->size, more.data(), more.size());
  _block->size += static_cast<std::uint32_t>(more.size());
}

void SharedBuffer::destroy(Block* block) noexcept {
  block->~Block();
  ::operator delete(block);
}

}  // namespace chat::base
