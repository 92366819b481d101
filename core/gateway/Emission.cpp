#include "gateway/Emission.h"

#include <algorithm>

namespace chat::gateway {

const socketio::EncodedEvent& EncodingCache::forNamespace(std::string_view nsp) {
  if (_emission.encoded) return *_emission.encoded;
  const auto found =
      std::find_if(_events.begin(), _events.end(), [nsp](const auto& entry) { return entry.first == nsp; });
  if (found != _events.end()) return found->second;
  const auto views = _emission.attachmentViews();
  _events.emplace_back(nsp, socketio::EncodedEvent::of(nsp, _emission.event, _emission.args, views));
  return _events.back().second;
}

}  // namespace chat::gateway
