#pragma once

/// Types whose run-time type both sides of the boundary must agree on (thrown, or cast) have default visibility,
/// whatever a plugin is compiled with.
#define CHAT_PLUGIN_API __attribute__((visibility("default")))
