#include "gateway/emission/Emission.h"

#include <algorithm>

#include "gateway/emission/RecoveryOffset.h"

namespace chat::gateway {

std::size_t Emission::size() const noexcept {
  std::size_t size = sizeof(Emission) + args.size();
  for (const auto& bytes : attachments) size += bytes.size();
  if (!encoded) return size;
  for (const auto& packet : encoded->packets) size += packet.size();
  return size;
}

const socketio::EncodedEvent& EncodingCache::forNamespace(std::string_view nsp) {
  if (_emission.encoded) return *_emission.encoded;
  const auto found =
      std::find_if(_events.begin(), _events.end(), [nsp](const auto& entry) { return entry.first == nsp; });
  if (found != _events.end()) return found->second;
  const auto views = _emission.attachmentViews();
  const auto encode = [&](std::string_view args) {
    auto encoded = socketio::EncodedEvent::of(nsp, _emission.event, args, views, _emission.parser);
    encoded.setUncompressed(_emission.options.isUncompressed);
    return encoded;
  };
  if (_emission.sequence == 0) {
    _events.emplace_back(nsp, encode(_emission.args));
  } else {
    const auto offset = RecoveryOffset::argument(_emission.sequence);
    _events.emplace_back(nsp, encode(withArgument(_emission.args, offset)));
  }
  return _events.back().second;
}

}  // namespace chat::gateway
