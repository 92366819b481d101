#pragma once

#include "plugin/call/PluginCall.h"

namespace chat::plugin {

// What a client is told where a plugin wasn't called, or didn't return in time. The same words in every role.

/// 503: the queue that the call would wait in is full.
CallFailure queueFull();
/// 503: the plugin has failed too often and isn't called for a while; see FaultWindow.
CallFailure outOfService();
/// 504: the call has run longer than it may.
CallFailure tookTooLong();
/// 503: one plugin after the other was replaced while the client asked for them.
CallFailure beingReplaced();

}  // namespace chat::plugin
