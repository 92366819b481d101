// The plugin interface's functions for sockets, acknowledgements and roles, tested by the official client.
#include "plugin/api/Plugin.h"

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "plugin/api/Json.h"

namespace {

using namespace chat::plugin;
using Poco::Dynamic::Var;
using Poco::JSON::Array;
using Poco::JSON::Object;
using std::chrono::milliseconds;

/// The target that `{"room":…}`, `{"socket":…}` or `{}` names in the caller's namespace.
Target targetOf(const Object& object, const Caller& caller) {
  const std::string nsp(caller.nsp());
  Target target = Target::toNamespace(nsp);
  if (object.has("room")) target = Target::toRoom(nsp, object.getValue<std::string>("room"));
  if (object.has("socket")) target = Target::toSocket(nsp, object.getValue<std::string>("socket"));
  if (object.has("except")) target.except(object.getValue<std::string>("except"));
  return target;
}

const char* nameOf(AckMissing::Reason reason) {
  switch (reason) {
    case AckMissing::Reason::TimedOut:
      return "timed out";
    case AckMissing::Reason::Left:
      return "left";
    case AckMissing::Reason::Refused:
      return "refused";
    case AckMissing::Reason::Stopped:
      return "stopped";
  }
  return "";
}

Object documentOf(const AckResult& result) {
  Object answers;
  for (const auto& answer : result.answers()) {
    answers.set(std::string(answer.socketId), parseJson("[" + std::string(answer.args) + "]"));
  }
  Object missing;
  for (const auto& socket : result.missing()) missing.set(std::string(socket.socketId), nameOf(socket.reason));
  Object document;
  document.set("answers", answers);
  document.set("missing", missing);
  document.set("complete", result.isComplete());
  return document;
}

/// A handler made of a function.
class Handler final : public JsonHandler {
 public:
  using Call = void (*)(Context&, JsonRequest&, JsonReply&);
  Handler(std::string name, Call call) : event(std::move(name)), _call(call) {}
  void handleJson(JsonRequest& request, JsonReply& reply) override { _call(*context, request, reply); }

  const std::string event;
  Context* context = nullptr;

 private:
  Call _call;
};

/// Asks all sockets of the target and waits.
void ask(Context& context, JsonRequest& request, JsonReply& reply) {
  const auto what = request.object();
  const auto result = context.sockets().askAndWait(targetOf(*what, request.caller()), "question", "1,{\"two\":2}",
                                                   milliseconds(what->getValue<int>("timeout")));
  reply.acknowledge(0, documentOf(*result));
}

/// As `ask`, with a callback that emits the result to the asking socket.
void askLater(Context& context, JsonRequest& request, JsonReply& reply) {
  auto self = Target::toSocket(std::string(request.caller().nsp()), std::string(request.caller().socketId()));
  reply.emit("asking", true);
  reply.reply().ask("question", "1", {milliseconds(request.object()->getValue<int>("timeout"))},
                    [&context, self = std::move(self)](const AckResult& result) {
                      std::vector<std::string_view> attachments;
                      for (const auto& answer : result.answers()) {
                        attachments.assign(answer.attachments.begin(), answer.attachments.end());
                      }
                      const auto args = result.answers().empty() ? jsonText(documentOf(result))
                                                                 : std::string(result.answers()[0].args);
                      context.emitter().emit(self, "asked", args, {}, attachments);
                    });
}

void join(Context&, JsonRequest& request, JsonReply& reply) {
  const auto room = request.json().convert<std::string>();
  reply.reply().join(room);
  reply.reply().emitTo(Target::toRoom(std::string(request.caller().nsp()), room), "joined", "1");
  reply.broadcast("somebody joined", request.json(), room);
  reply.acknowledge(0, Object());
}

void keep(Context&, JsonRequest& request, JsonReply& reply) {
  reply.setData("kept", request.json());
  reply.acknowledge(0, Object());
}

void look(Context& context, JsonRequest& request, JsonReply& reply) {
  const auto list = context.sockets().fetchAndWait(targetOf(*request.object(), request.caller()));
  Array sockets;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const auto& caller = list->at(i).caller();
    Array rooms;
    for (const auto room : list->at(i).rooms()) rooms.add(std::string(room));
    Object socket;
    socket.set("id", std::string(caller.socketId()));
    socket.set("rooms", rooms);
    if (!caller.data("kept").empty()) socket.set("kept", parseJson(caller.data("kept")));
    socket.set("auth", parseJson(caller.auth()));
    socket.set("address", std::string(caller.address()));
    socket.set("header", std::string(caller.header("x-probe")));
    socket.set("query", std::string(caller.query()));
    socket.set("protocol", caller.protocol());
    socket.set("secure", caller.secure());
    socket.set("age", (context.clock().wallTime() - caller.connectedAt()) / std::chrono::seconds(1));
    sockets.add(socket);
  }
  Object document;
  document.set("sockets", sockets);
  document.set("count", context.sockets().countAndWait(targetOf(*request.object(), request.caller())));
  reply.acknowledge(0, document);
}

void kick(Context& context, JsonRequest& request, JsonReply& reply) {
  context.emitter().disconnect(targetOf(*request.object(), request.caller()), request.object()->has("close"));
  reply.acknowledge(0, Object());
}

void binary(Context&, JsonRequest&, JsonReply& reply) {
  const std::array<std::string_view, 2> bytes{std::string_view("\0\1\2", 3), "xyz"};
  constexpr std::string_view Args = R"({"first":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1})";
  reply.reply().emitBinary("bytes", Args, bytes);
  reply.reply().acknowledgeBinary(Args, bytes);
}

/// Two events in a row; and one that compresses well, sent uncompressed if asked for.
void twice(Context& context, JsonRequest& request, JsonReply& reply) {
  const auto target = Target::toSocket(std::string(request.caller().nsp()), std::string(request.caller().socketId()));
  for (const std::string_view event : {"first", "second"}) {
    context.emitter().emit(target, event, "1", {.isVolatile = event == "second"});
  }
  reply.acknowledge(0, Object());
}

void wide(Context& context, JsonRequest& request, JsonReply& reply) {
  const auto what = request.object();
  context.emitter().emit(targetOf(*what, request.caller()), "wide", '"' + std::string(5000, 'x') + '"',
                         {.isUncompressed = what->getValue<bool>("uncompressed")});
  reply.acknowledge(0, Object());
}

class ProbePlugin final : public Plugin,
                          private ConnectHandler,
                          private PacketHandler,
                          private NamespaceHandler,
                          private DisconnectingHandler,
                          private OutgoingHandler,
                          private TimerHandler {
 public:
  void start(Context& context, Registrar& registrar) override {
    for (auto& handler : _handlers) {
      handler.context = &context;
      registrar.onEvent(handler.event, handler);
    }
    registrar.onEvent("probe:seen", _seenHandler);
    registrar.onEvent("probe:forbidden", _seenHandler);
    registrar.onConnect(200, *this);
    registrar.onPacket(10, *this);
    registrar.onNamespace(*this);
    registrar.onAny(_any);
    registrar.onDisconnecting(*this);
    registrar.onOutgoing(*this);
    registrar.onTimer("tick", milliseconds(20), *this);
    _ticks = &context.metrics().counter("ticks_total", "Runs of the probe's timer");
  }

 private:
  Execution execution() const noexcept override { return Execution::Inline; }

  void connect(Admission&) override { ++_connects; }
  void packet(const Request& request) override {
    if (request.event() == "probe:forbidden") throw AppError(403, "nobody may do that");
  }
  void disconnecting(const Caller& caller, std::string_view reason, std::span<const std::string_view> rooms) override {
    Array names;
    for (const auto room : rooms.subspan(rooms.empty() ? 0 : 1)) names.add(std::string(room));
    Object left;
    left.set("id", std::string(caller.socketId()));
    left.set("reason", std::string(reason));
    left.set("rooms", names);
    const std::lock_guard lock(_mutex);
    _left.add(left);
  }
  void outgoing(const Caller&, std::string_view event, std::string_view) override {
    const std::lock_guard lock(_mutex);
    _sent.add(std::string(event));
  }
  bool accepts(std::string_view nsp, std::string_view auth, const Caller&) override {
    if (nsp == "/probe-shut") throw ConnectRefusal(403, "shut", "{\"auth\":" + std::string(auth) + "}");
    return nsp.starts_with("/probe-");
  }
  void run() override {
    ++_runs;
    _ticks->add();
  }

  /// Returns what the other roles have recorded.
  class Seen final : public JsonHandler {
   public:
    explicit Seen(ProbePlugin& plugin) : _plugin(plugin) {}
    void handleJson(JsonRequest&, JsonReply& reply) override {
      Object document;
      const std::lock_guard lock(_plugin._mutex);
      document.set("left", _plugin._left);
      document.set("sent", _plugin._sent);
      document.set("runs", _plugin._runs.load());
      document.set("connects", _plugin._connects.load());
      reply.acknowledge(0, document);
    }

   private:
    ProbePlugin& _plugin;
  };

  /// Answers events whose name begins with `any:`.
  class Any final : public EventHandler {
    Execution execution() const noexcept override { return Execution::Inline; }
    void handle(const Request& request, Reply& reply) override {
      if (request.event().starts_with("any:")) reply.acknowledgeArgs(request.args());
    }
  };

  std::array<Handler, 9> _handlers{
      Handler{"probe:ask", ask},       Handler{"probe:ask-later", askLater}, Handler{"probe:join", join},
      Handler{"probe:keep", keep},     Handler{"probe:look", look},          Handler{"probe:kick", kick},
      Handler{"probe:binary", binary}, Handler{"probe:twice", twice},        Handler{"probe:wide", wide}};
  Seen _seenHandler{*this};
  Any _any;
  std::mutex _mutex;
  Array _left;
  Array _sent;
  std::atomic<int> _runs{0};
  std::atomic<int> _connects{0};
  Counter* _ticks = nullptr;
};

}  // namespace

CHAT_PLUGIN(ProbePlugin, "probe", "1.0.0",
            "event probe:ask\nevent probe:ask-later\nevent probe:join\nevent probe:keep\nevent probe:look\n"
            "event probe:kick\nevent probe:binary\nevent probe:twice\nevent probe:wide\nevent probe:seen\nevent "
            "probe:forbidden\n")
