// Takes along the process that loads it, before anybody could ask it anything.
#include "plugin/api/Plugin.h"

#include <csignal>

namespace {

struct Crash {
  Crash() { std::raise(SIGSEGV); }
};
const Crash crash;

class Crashing final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar&) override {}
};

}  // namespace

CHAT_PLUGIN(Crashing, "crashing", "1.0.0", "")
