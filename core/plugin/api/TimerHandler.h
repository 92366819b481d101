#pragma once

// Since API 1.1.

#include "plugin/api/Export.h"

namespace chat::plugin {

/// Runs again and again (Registrar::onTimer).
class CHAT_PLUGIN_API TimerHandler {
 public:
  virtual ~TimerHandler();
  /// On one of the plugin's workers, so it may block, and takes a worker from the plugin's events meanwhile. Never
  /// twice at the same time, never before `start()` or after `stop()`. The times lie on a grid of the interval from the
  /// start on: one that falls into a run is left out, one that comes late does not shift those that follow. What it
  /// throws is logged as a fault, and the next run comes as usual.
  virtual void run() = 0;
};

}  // namespace chat::plugin
