// Linked without the version script, with default visibility.
#include "plugin/api/Plugin.h"

namespace openplugin {
int shared = 1;
class OpenPlugin : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar&) override;
};
void OpenPlugin::start(chat::plugin::Context&, chat::plugin::Registrar&) {}
}  // namespace openplugin

CHAT_PLUGIN(openplugin::OpenPlugin, "open", "1.0.0", "")
