#pragma once

/// The version of the interfaces in this folder. A plugin is loaded where the major numbers agree and its minor is not
/// newer than the server's: a new minor adds functions, a new major changes or removes them.
#define CHAT_PLUGIN_API_MAJOR 1
#define CHAT_PLUGIN_API_MINOR 0
