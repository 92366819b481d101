#pragma once

#include <span>

#include "app/settings/ConfigKey.h"

namespace chat::app {

/// Every property of the server itself; plugins declare their own. conf/chat-socketio.properties documents the same
/// properties, which a test checks.
std::span<const ConfigKey> configTable() noexcept;

}  // namespace chat::app
