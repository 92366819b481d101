// The Socket.IO application of the conformance server: the same handlers on every namespace.
#include "plugin/api/Plugin.h"

#include <string>

namespace {

using chat::plugin::Admission;
using chat::plugin::AppError;
using chat::plugin::Caller;
using chat::plugin::ConnectHandler;
using chat::plugin::Context;
using chat::plugin::Emitter;
using chat::plugin::EventHandler;
using chat::plugin::Execution;
using chat::plugin::Registrar;
using chat::plugin::Reply;
using chat::plugin::Request;
using chat::plugin::Target;

/// The content of a JSON string of plain characters; the suites use no others for rooms.
std::string unquoted(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return std::string(json);
  return std::string(json.substr(1, json.size() - 2));
}

std::string_view afterFirst(const Request& request) {
  auto rest = request.args().substr(request.document().size());
  if (!rest.empty()) rest.remove_prefix(1);
  return rest;
}

std::string nspOf(const Request& request) {
  return std::string(request.caller().nsp());
}

class InlineHandler : public EventHandler {
 public:
  Execution execution() const noexcept override { return Execution::Inline; }
};

class Message final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override { reply.emit("message-back", request.args(), true); }
};

class MessageWithAck final : public InlineHandler {
  void handle(const Request& request, Reply& reply) override { reply.acknowledgeArgs(request.args(), true); }
};

class Echo final : public InlineHandler {
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
    emitter().emit(Target::toNamespace(nspOf(request)), "broadcast-back", request.args());
  }
};

class Fanout final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    emitter().emit(Target::toNamespace(nspOf(request)), "fanout", request.args());
  }
};

class Join final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    emitter().join(Target::toSocket(nspOf(request), std::string(request.caller().socketId())),
                   unquoted(request.document()));
  }
};

class Leave final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    emitter().leave(Target::toSocket(nspOf(request), std::string(request.caller().socketId())),
                    unquoted(request.document()));
  }
};

class ToRoom final : public EmittingHandler {
  void handle(const Request& request, Reply&) override {
    auto target = Target::toRoom(nspOf(request), unquoted(request.document()));
    target.exceptSocketId = request.caller().socketId();
    emitter().emit(target, "room-back", afterFirst(request));
  }
};

/// Emits `auth` on connection, and keeps those out of `/auth` who don't know the token.
class Welcome final : public ConnectHandler {
 public:
  void connect(Admission& admission) override {
    if (admission.caller().nsp() == "/auth" && admission.auth().find("\"token\":\"123\"") == std::string_view::npos) {
      throw AppError(401, "unauthorized");
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
         std::initializer_list<EmittingHandler*>{&_broadcast, &_fanout, &_join, &_leave, &_toRoom}) {
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
  Echo _echo;
  WorkerEcho _workerEcho;
  Fanout _fanout;
  Welcome _welcome;
};

}  // namespace

CHAT_PLUGIN(ConformancePlugin, "conformance", "1.0.0",
            "event message\nevent message-with-ack\nevent 😀\nevent close-me\nevent broadcast\nevent join\nevent leave\n"
            "event to-room\nevent echo\nevent worker-echo\nevent fanout\n"
            "setting welcome boolean true | Connect handlers run and `auth` is emitted on connection\n")
