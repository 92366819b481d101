// Can't be started.
#include "plugin/api/Plugin.h"

#include <Poco/Exception.h>

namespace {
class Unstarted final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar&) override { throw Poco::NotFoundException("key file"); }
};
}  // namespace

CHAT_PLUGIN(Unstarted, "throwing-start", "1.0.0", "")
