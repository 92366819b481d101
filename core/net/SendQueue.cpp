#include "net/SendQueue.h"

#include <algorithm>

namespace chat::net {
namespace {

// Small pieces that follow each other in one turn (several acknowledgements, say) share a buffer of at least this size.
constexpr std::size_t OwnBufferSize = 512;

}  // namespace

base::BufferSlice* SendQueue::last() noexcept {
  if (_more && _more->first < _more->slices.size()) return &_more->slices.back();
  return _first.length > 0 ? &_first : nullptr;
}

void SendQueue::append(base::BufferSlice slice) {
  if (slice.length == 0) return;
  _bytes += slice.length;
  if (_first.length == 0 && !_more) {
    _first = std::move(slice);
    return;
  }
  if (!_more) _more = std::make_unique<More>();
  _more->slices.push_back(std::move(slice));
}

void SendQueue::append(std::span<const std::string_view> pieces) {
  std::size_t total = 0;
  for (const auto& piece : pieces) total += piece.size();
  if (total == 0) return;
  if (auto* slice = last(); slice && slice->buffer.unique() && slice->offset + slice->length == slice->buffer.size() &&
                            slice->buffer.capacity() - slice->buffer.size() >= total) {
    for (const auto& piece : pieces) slice->buffer.append(piece);
    slice->length += static_cast<std::uint32_t>(total);
    _bytes += total;
    return;
  }
  auto buffer = base::SharedBuffer::withCapacity(std::max(total, OwnBufferSize));
  for (const auto& piece : pieces) buffer.append(piece);
  append(base::BufferSlice(std::move(buffer)));
}

void SendQueue::prepend(std::string_view bytes) {
  base::BufferSlice front(base::SharedBuffer::copyOf(bytes));
  _bytes += bytes.size();
  std::swap(front, _first);
  if (front.length == 0) return;
  if (!_more) _more = std::make_unique<More>();
  _more->slices.insert(_more->slices.begin() + static_cast<std::ptrdiff_t>(_more->first), std::move(front));
}

std::size_t SendQueue::gather(std::span<iovec> iov) const noexcept {
  std::size_t filled = 0;
  const auto add = [&](const base::BufferSlice& slice) {
    const auto bytes = slice.view();
    iov[filled++] = {const_cast<char*>(bytes.data()), bytes.size()};
  };
  if (_first.length > 0 && filled < iov.size()) add(_first);
  if (_more) {
    for (std::size_t i = _more->first; i < _more->slices.size() && filled < iov.size(); ++i) add(_more->slices[i]);
  }
  return filled;
}

void SendQueue::consume(std::size_t count) noexcept {
  _bytes -= count;
  const auto take = [&](base::BufferSlice& slice) {
    const auto part = static_cast<std::uint32_t>(std::min<std::size_t>(count, slice.length));
    slice.offset += part;
    slice.length -= part;
    count -= part;
    if (slice.length == 0) slice = base::BufferSlice{};
  };
  if (_first.length > 0) take(_first);
  while (count > 0) {
    take(_more->slices[_more->first]);
    if (_more->slices[_more->first].length == 0) ++_more->first;
  }
  if (!_more) return;
  if (_more->first == _more->slices.size()) {
    _more.reset();
  } else if (_more->first >= 64 && _more->first * 2 > _more->slices.size()) {
    _more->slices.erase(_more->slices.begin(), _more->slices.begin() + static_cast<std::ptrdiff_t>(_more->first));
    _more->first = 0;
  }
}

void SendQueue::clear() noexcept {
  _first = base::BufferSlice{};
  _more.reset();
  _bytes = 0;
}

}  // namespace chat::net
