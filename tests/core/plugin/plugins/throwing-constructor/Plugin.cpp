// Can't be created.
#include "plugin/api/Plugin.h"

#include <stdexcept>

namespace {
class Unborn final : public chat::plugin::Plugin {
 public:
  Unborn() { throw std::runtime_error("no table"); }
  void start(chat::plugin::Context&, chat::plugin::Registrar&) override {}
};
}  // namespace

CHAT_PLUGIN(Unborn, "throwing-constructor", "1.0.0", "")
