#pragma once

#include <span>
#include <string_view>

#include "engineio/transport/TransportType.h"

namespace chat::engineio {

/// The transports that the server knows, in the order in which clients are told of them. Thread: any.
std::span<const TransportType* const> transportTypes() noexcept;

/// The one of that name; null if there is none. Thread: any.
const TransportType* transportType(std::string_view name) noexcept;

/// Their names as the choices of a setting: `polling|websocket`.
std::string_view transportChoices();

}  // namespace chat::engineio
