// Two plugins that tell the same users, each with numbers of its own as positions. Built twice, with other names.
#include "plugin/api/Plugin.h"

#include <string>

#include "plugin/api/Json.h"

namespace {

using namespace chat::plugin;

/// Tells the caller's user each of the numbers, in the order given, with the number as the position.
class TellUser final : public JsonHandler {
 public:
  Context* context = nullptr;
  void handleJson(JsonRequest& request, JsonReply& reply) override {
    const auto* who = request.caller().identity();
    if (who == nullptr) throw AppError(401, "Log in first.");
    const auto numbers = request.json().extract<Poco::JSON::Array::Ptr>();
    for (const auto& number : *numbers) {
      const auto position = number.convert<std::uint64_t>();
      context->emitter().emit(Target::toUser(who->user), COUNTING_NAME, jsonText(number), {.position = position});
    }
    reply.acknowledge(0, Poco::JSON::Object());
  }
};

/// Asks for what positions can't promise: an order in a room.
class TellRoom final : public JsonHandler {
 public:
  Context* context = nullptr;
  void handleJson(JsonRequest& request, JsonReply& reply) override {
    const auto room = Target::toRoom(std::string(request.caller().nsp()), std::string(request.caller().socketId()));
    context->emitter().emit(room, COUNTING_NAME, "\"to a room\"", {.position = 1'000'000'000});
    reply.acknowledge(0, Poco::JSON::Object());
  }
};

class CountingPlugin final : public Plugin {
 public:
  void start(Context& context, Registrar& registrar) override {
    _tellUser.context = _tellRoom.context = &context;
    registrar.onEvent(COUNTING_NAME ":user", _tellUser);
    registrar.onEvent(COUNTING_NAME ":room", _tellRoom);
  }

 private:
  TellUser _tellUser;
  TellRoom _tellRoom;
};

}  // namespace

CHAT_PLUGIN(CountingPlugin, COUNTING_NAME, "1.0.0", "event " COUNTING_NAME ":user\nevent " COUNTING_NAME ":room\n")
