#pragma once

#include "plugin/call/PluginCall.h"

namespace chat::plugin {

// What a client is told if a plugin wasn't called, or didn't return in time. The words are the same for every role.

/// 503: the queue in which the call would wait is full.
CallFailure queueFull();
/// 503: the plugin has failed too often and isn't called for a while; see FaultWindow.
CallFailure outOfService();
/// 504: the call has run longer than it may.
CallFailure tookTooLong();
/// 503: the plugin was replaced again and again while the client's call looked for it.
CallFailure beingReplaced();

}  // namespace chat::plugin
