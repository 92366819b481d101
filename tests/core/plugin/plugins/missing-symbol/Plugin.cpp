// Calls a function that nobody defines; linked without -z defs.
#include "plugin/api/Plugin.h"

int nobodyDefinesThis(int);

namespace {
class IncompletePlugin final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar&) override { nobodyDefinesThis(1); }
};
}  // namespace

CHAT_PLUGIN(IncompletePlugin, "missing-symbol", "1.0.0", "")
