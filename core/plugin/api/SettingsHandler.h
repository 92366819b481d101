#pragma once

// Since API 1.1.

#include "plugin/api/Export.h"
#include "plugin/api/Settings.h"

namespace chat::plugin {

/// Takes changed settings while the plugin serves (Registrar::onSettings). A plugin without such a handler is replaced:
/// a new generation is started with the new settings before the old one is retired.
class CHAT_PLUGIN_API SettingsHandler {
 public:
  virtual ~SettingsHandler();

  enum class Answer {
    Taken,    ///< the plugin uses them from now on
    Restart,  ///< the plugin must be replaced by a new generation
  };
  /// Called when the properties are read again (SIGHUP) and a setting of the plugin has another value; both were
  /// validated. On a thread that may block, one call at a time, while handlers run: so data that they read must be
  /// replaced as a whole. Both stay valid until `stop()` has returned. Context::settings() gives `now` already. An
  /// exception is logged and means Restart.
  virtual Answer changed(const Settings& before, const Settings& now) = 0;
};

}  // namespace chat::plugin
