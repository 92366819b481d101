// Declares an event that it doesn't register.
#include "plugin/api/Plugin.h"

namespace {
class UnregisteredPlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar&) override {}
};
}  // namespace

CHAT_PLUGIN(UnregisteredPlugin, "unregistered", "1.0.0", "event promised\n")
