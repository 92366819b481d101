#pragma once

#include <span>

#include "app/ConfigKey.h"

namespace chat::app {

/// Every property of the server itself; those of plugins are declared by the plugins. conf/chat-socketio.properties
/// documents the same ones, which a test holds it to.
std::span<const ConfigKey> configTable() noexcept;

}  // namespace chat::app
