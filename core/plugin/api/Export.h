#pragma once

/// Types that are thrown or cast across the boundary between server and plugin need the same run-time type on both
/// sides. So they have default visibility, however a plugin is compiled.
#define CHAT_PLUGIN_API __attribute__((visibility("default")))
