#include "gateway/admission/AnonymousSweep.h"

#include <utility>

#include "gateway/endpoint/Directory.h"
#include "gateway/endpoint/Endpoint.h"
#include "net/Loop.h"

namespace chat::gateway {
namespace {

constexpr std::uint8_t SweepsAllowed = 4;

}  // namespace

AnonymousSweep::AnonymousSweep(net::Loop& loop, Directory& directory, base::Duration timeout) noexcept
    : _loop(loop),
      _directory(directory),
      _interval(timeout / SweepsAllowed),
      _timer([](void* self) { static_cast<AnonymousSweep*>(self)->sweep(); }, this) {}

void AnonymousSweep::opened() {
  if (_interval.count() == 0 || std::exchange(_armed, true)) return;
  _loop.arm(_timer, _interval);
}

void AnonymousSweep::sweep() {
  _armed = false;
  // By handle: whoever is disconnected may take others along.
  for (const auto& handle : _directory.all()) {
    auto* endpoint = _directory.find(handle);
    if (!endpoint || endpoint->gone) continue;
    opened();
    if (endpoint->who || !endpoint->admitted) {
      endpoint->anonymousSweeps = 0;
    } else if (++endpoint->anonymousSweeps > SweepsAllowed) {
      endpoint->disconnect(false);
    }
  }
}

}  // namespace chat::gateway
