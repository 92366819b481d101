// A plugin as it was written and built with API 1.0: each role of that time, and each function that it could call in a
// handler and at its start.
#include "plugin/api/Plugin.h"

#include <Poco/Logger.h>

#include <string>

static_assert(CHAT_PLUGIN_API_MINOR == 0);

namespace {

using namespace chat::plugin;

class OldPlugin final : public Plugin, public EventHandler, public ConnectHandler, public DisconnectHandler {
 public:
  void start(Context& context, Registrar& registrar) override {
    context.logger().information("greeting " + context.settings().text("greeting"));
    context.emitter().emit(Target::toNamespace("/"), "started", "1");
    _emitter = &context.emitter();
    registrar.onEvent("old", *this);
    registrar.onConnect(50, *this);
    registrar.onDisconnect(*this);
  }
  void stop() noexcept override { _emitter->emit(Target::toRoom("/", "room"), "stopped", "1"); }

  Execution execution() const noexcept override { return Execution::Inline; }
  void handle(const Request& request, Reply& reply) override {
    if (request.args() == "\"fail\"") throw AppError(403, "not yours");
    reply.emit("old", request.args());
    reply.acknowledge(0, "{\"caller\":\"" + std::string(request.caller().nsp()) + "\"}");
  }
  void connect(Admission& admission) override {
    if (admission.auth() == "{\"keep\":\"out\"}") throw ConnectRefusal(401, "kept out", "{}");
    admission.setIdentity({{"ann"}, "Ann", "token", {}});
    admission.holdEmits();
  }
  void connected(const Caller& caller, std::string_view, Replay& replay) override {
    replay.emit("missed", '"' + caller.identity()->name + '"', 7);
    replay.release();
  }
  void disconnected(const Caller& caller, std::string_view reason) override {
    _emitter->emit(Target::toUser(caller.identity()->user), "left", '"' + std::string(reason) + '"');
  }

 private:
  Emitter* _emitter = nullptr;
};

}  // namespace

CHAT_PLUGIN(OldPlugin, "old", "1.0.0", "event old\nsetting greeting text hello 0..40 | What it says\n")
