#include "engineio/transport/TransportTypes.h"

#include <algorithm>
#include <string>

#include "engineio/transport/PollingTransport.h"
#include "engineio/transport/WebSocketTransport.h"

namespace chat::engineio {

std::span<const TransportType* const> transportTypes() noexcept {
  static const TransportType* const all[] = {
      &pollingTransport(),
      &webSocketTransport(),
  };
  return all;
}

const TransportType* transportType(std::string_view name) noexcept {
  const auto all = transportTypes();
  const auto found = std::find_if(all.begin(), all.end(), [name](const auto* type) { return type->name() == name; });
  return found == all.end() ? nullptr : *found;
}

std::string_view transportChoices() {
  static const std::string choices = [] {
    std::string names;
    for (const auto* type : transportTypes()) names.append(names.empty() ? "" : "|").append(type->name());
    return names;
  }();
  return choices;
}

bool TransportType::replaces(const TransportType& other) const noexcept {
  return std::find(_properties.replaces.begin(), _properties.replaces.end(), other.name()) !=
         _properties.replaces.end();
}

}  // namespace chat::engineio
