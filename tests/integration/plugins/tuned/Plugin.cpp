#include "plugin/api/Plugin.h"

#include <string>

namespace {

using namespace chat::plugin;

/// Takes another greeting while it serves; for another size it must be loaded again.
class Tuned final : public Plugin, public EventHandler, public SettingsHandler {
 public:
  void start(Context& context, Registrar& registrar) override {
    _context = &context;
    _size = context.settings().integer("size");
    registrar.onEvent("greet", *this);
    registrar.onSettings(*this);
  }
  void handle(const Request&, Reply& reply) override {
    reply.acknowledgeArgs('"' + _context->settings().text("greeting") + "\"," + std::to_string(_size));
  }
  Answer changed(const Settings& before, const Settings& now) override {
    return before.integer("size") == now.integer("size") ? Answer::Taken : Answer::Restart;
  }

 private:
  Context* _context = nullptr;
  std::int64_t _size = 0;
};

}  // namespace

CHAT_PLUGIN(Tuned, "tuned", "1.0.0",
            "event greet\n"
            "setting greeting text Hello 1..20 | What it says\n"
            "setting size integer 1 1..9 | What it can't change while it serves\n")
