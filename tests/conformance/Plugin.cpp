// The Socket.IO application of the conformance server: the same handlers on every namespace.
#include "plugin/api/Plugin.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "conformance/Echo.h"

namespace {

using chat::conformance::Echo;
using chat::conformance::InlineHandler;
using chat::plugin::Admission;
using chat::plugin::Caller;
using chat::plugin::ConnectHandler;
using chat::plugin::ConnectRefusal;
using chat::plugin::Context;
using chat::plugin::Emitter;
using chat::plugin::EventHandler;
using chat::plugin::Execution;
using chat::plugin::Registrar;
using chat::plugin::Reply;
using chat::plugin::Request;
using chat::plugin::Target;

boost::json::value parsed(std::string_view json) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = 1024;
  auto value = boost::json::parse({json.data(), json.size()}, error, {}, options);
  return error ? boost::json::value{} : value;
}

/// A room's name from the argument: a string's text, or the JSON of anything else.
std::string text(std::string_view json) {
  const auto value = parsed(json);
  if (const auto* string = value.if_string()) return std::string(string->data(), string->size());
  return std::string(json);
}

std::string roomOf(const Request& request) {
  return text(request.document());
}

std::vector<std::string_view> attachmentsOf(const Request& request) {
  std::vector<std::string_view> attachments;
  for (std::size_t i = 0; i < request.attachmentCount(); ++i) attachments.push_back(request.attachment(i));
  return attachments;
}

std::string_view afterFirst(const Request& request) {
  auto rest = request.args().substr(request.document().size());
  if (!rest.empty()) rest.remove_prefix(1);
  return rest;
}

std::string nspOf(const Request& request) {
  return std::string(request.caller().nsp());
}

class Message final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override { reply.emit("message-back", request.args(), true); }
};

class MessageWithAck final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override { reply.acknowledgeArgs(request.args(), true); }
};

class WorkerEcho final : public EventHandler {
  void handle(const Request& request, Reply& reply) override { reply.acknowledgeArgs(request.args(), true); }
};

class CloseMe final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override { reply.disconnect(request.document() == "true"); }
};

/// Handlers that reach other sockets.
class EmittingHandler : public InlineHandler {
 public:
  void setEmitter(Emitter& emitter) { _emitter = &emitter; }

 protected:
  Emitter& emitter() const { return *_emitter; }

 private:
  Emitter* _emitter = nullptr;
};

class Broadcast final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    emitter().emit(Target::toNamespace(nspOf(request)), "broadcast-back", request.args(), {}, attachmentsOf(request));
  }
};

class Fanout final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    emitter().emit(Target::toNamespace(nspOf(request)), "fanout", request.args(), {}, attachmentsOf(request));
  }
};

class Join final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override { reply.join(roomOf(request)); }
};

class Leave final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override { reply.leave(roomOf(request)); }
};

class ToRoom final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override {
    reply.broadcast("room-back", afterFirst(request), roomOf(request), attachmentsOf(request));
  }
};

/// Sends the client its own arguments with a request for an acknowledgement, and returns the answer.
class AskAck final : public EmittingHandler {
  void handle(const Request& request, Reply& reply) override {
    auto target = Target::toSocket(nspOf(request), std::string(request.caller().socketId()));
    reply.ask(
        "server-ask", request.args(), {std::chrono::seconds(10), Execution::Inline},
        [&out = emitter(), target = std::move(target)](const chat::plugin::AckResult& result) {
          for (const auto& answer : result.answers()) {
            out.emit(target, "server-ask-result", answer.args, {}, answer.attachments);
          }
        },
        attachmentsOf(request));
  }
};

bool knowsTheToken(std::string_view auth) {
  const auto payload = parsed(auth);
  const auto* object = payload.if_object();
  const auto* token = object ? object->if_contains("token") : nullptr;
  return token && token->is_string() && token->get_string() == "123";
}

class VolatileBroadcast final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    emitter().emit(Target::toNamespace(nspOf(request)), "broadcast-back", request.args(), {true, 0});
  }
};

/// `join-socket` and `leave-socket`: of another socket, by its id.
class MoveSocket final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    const auto target = Target::toSocket(nspOf(request), roomOf(request));
    const auto room = text(afterFirst(request));
    request.event() == "join-socket" ? emitter().join(target, room) : emitter().leave(target, room);
  }
};

/// How often the socket of an id has left.
class LeftCount final : public InlineHandler, public chat::plugin::DisconnectHandler {
  void handle(const Request& request, Reply& reply) override {
    const std::lock_guard lock(_mutex);
    reply.acknowledgeArgs(std::to_string(_counts[text(request.document())]));
  }
  void disconnected(const Caller& caller, std::string_view) override {
    const std::lock_guard lock(_mutex);
    ++_counts[std::string(caller.socketId())];
  }

  std::mutex _mutex;
  std::map<std::string, int> _counts;
};

class IsRecovered final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override {
    reply.acknowledgeArgs(request.caller().recovered() ? "true" : "false");
  }
};

/// Emits `auth` on connection, and refuses clients without the token in `/auth`.
class Welcome final : public ConnectHandler {
 public:
  void connect(Admission& admission) override {
    if (admission.caller().nsp() == "/auth" && !knowsTheToken(admission.auth())) {
      throw ConnectRefusal(401, "unauthorized", R"({"code":401})");
    }
    admission.holdEmits();
  }
  void connected(const Caller&, std::string_view auth, chat::plugin::Replay& replay) override {
    replay.emit("auth", auth, 0);
    replay.release();
  }
};

class ConformancePlugin final : public chat::plugin::Plugin {
 public:
  void start(Context& context, Registrar& registrar) override {
    for (EmittingHandler* handler :
         std::initializer_list<EmittingHandler*>{&_broadcast, &_fanout, &_askAck, &_volatile, &_moveSocket}) {
      handler->setEmitter(context.emitter());
    }
    registrar.onEvent("message", _message);
    registrar.onEvent("message-with-ack", _messageWithAck);
    registrar.onEvent("😀", _messageWithAck);
    registrar.onEvent("close-me", _closeMe);
    registrar.onEvent("broadcast", _broadcast);
    registrar.onEvent("join", _join);
    registrar.onEvent("leave", _leave);
    registrar.onEvent("to-room", _toRoom);
    registrar.onEvent("broadcast-volatile", _volatile);
    registrar.onEvent("join-socket", _moveSocket);
    registrar.onEvent("leave-socket", _moveSocket);
    registrar.onEvent("is-recovered", _isRecovered);
    registrar.onEvent("left-count", _leftCount);
    if (context.settings().boolean("farewell")) registrar.onDisconnect(_leftCount);
    registrar.onEvent("ask-ack", _askAck);
    registrar.onEvent("echo", _echo);
    registrar.onEvent("worker-echo", _workerEcho);
    registrar.onEvent("fanout", _fanout);
    if (context.settings().boolean("welcome")) registrar.onConnect(0, _welcome);
  }

 private:
  Message _message;
  MessageWithAck _messageWithAck;
  CloseMe _closeMe;
  Broadcast _broadcast;
  Join _join;
  Leave _leave;
  ToRoom _toRoom;
  VolatileBroadcast _volatile;
  MoveSocket _moveSocket;
  IsRecovered _isRecovered;
  LeftCount _leftCount;
  AskAck _askAck;
  Echo _echo;
  WorkerEcho _workerEcho;
  Fanout _fanout;
  Welcome _welcome;
};

}  // namespace

CHAT_PLUGIN(ConformancePlugin, "conformance", "1.0.0",
            "event message\nevent message-with-ack\nevent 😀\nevent close-me\nevent broadcast\nevent join\nevent leave\n"
            "event to-room\nevent ask-ack\nevent broadcast-volatile\nevent join-socket\nevent leave-socket\nevent "
            "is-recovered\nevent "
            "left-count\nevent echo\nevent worker-echo\nevent fanout\n"
            "setting welcome boolean true | Connect handlers run and `auth` is emitted on connection\n"
            "setting farewell boolean true | A disconnect handler counts, for each id, how often its socket has left\n")
