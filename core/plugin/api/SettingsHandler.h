#pragma once

// Since API 1.1.

#include "plugin/api/Export.h"
#include "plugin/api/Settings.h"

namespace chat::plugin {

/// Takes changed settings while the plugin serves (Registrar::onSettings). A plugin without one is restarted for them:
/// its successor is started with the new settings before it is retired.
class CHAT_PLUGIN_API SettingsHandler {
 public:
  virtual ~SettingsHandler();

  enum class Answer {
    Taken,    ///< they are in force
    Restart,  ///< this change can't be taken while serving: start me anew
  };
  /// Called when the properties are read again (SIGHUP) and a setting of the plugin has another value; both were
  /// validated. On a thread that may block, one call at a time, while handlers run: what they read has to be replaced
  /// as a whole. Both stay valid until `stop()` has returned; Context::settings() gives `now` from before the call.
  /// What it throws is logged, and taken for Restart.
  virtual Answer changed(const Settings& before, const Settings& now) = 0;
};

}  // namespace chat::plugin
