#pragma once

// Since API 1.1.

#include "plugin/api/Export.h"

namespace chat::plugin {

/// Runs at a fixed interval (Registrar::onTimer).
class CHAT_PLUGIN_API TimerHandler {
 public:
  virtual ~TimerHandler();
  /// On one of the plugin's workers, so it may block; meanwhile that worker handles no events of the plugin. Never
  /// twice at the same time, never before `start()` or after `stop()`. It is due at whole multiples of the interval
  /// after the start. A time that falls into a run is left out; a run that begins late doesn't delay the next one. An
  /// exception is logged as a fault, and the next run comes as usual.
  virtual void run() = 0;
};

}  // namespace chat::plugin
