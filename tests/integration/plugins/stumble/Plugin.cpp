#include "plugin/api/Plugin.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

#include "data/Database.h"

namespace {

using chat::plugin::Caller;
using chat::plugin::EventHandler;
using chat::plugin::Execution;
using chat::plugin::NamespaceHandler;
using chat::plugin::Reply;
using chat::plugin::Request;

/// What calls of `hold` wait for until `release` opens it, for good.
class Door {
 public:
  void open() {
    {
      const std::lock_guard lock(_mutex);
      _isOpen = true;
    }
    _opened.notify_all();
  }
  void pass() {
    std::unique_lock lock(_mutex);
    _opened.wait_for(lock, std::chrono::seconds(10), [this] { return _isOpen; });
  }

 private:
  std::mutex _mutex;
  std::condition_variable _opened;
  bool _isOpen = false;
};

class Fault final : public EventHandler {
  void handle(const Request&, Reply& reply) override {
    reply.emit("never", "1");
    throw std::runtime_error("a secret of the inside");
  }
};

class Away final : public EventHandler {
  void handle(const Request&, Reply&) override { throw chat::data::Unavailable("a secret of the database"); }
};

class Hold final : public EventHandler {
 public:
  explicit Hold(Door& door) : _door(door) {}

 private:
  void handle(const Request&, Reply& reply) override {
    _door.pass();
    reply.acknowledge(0, "{}");
  }
  Door& _door;
};

/// On the loop, so that it is called although all workers are blocked.
class Release final : public EventHandler {
 public:
  explicit Release(Door& door) : _door(door) {}

 private:
  Execution execution() const noexcept override { return Execution::Inline; }
  void handle(const Request&, Reply& reply) override {
    _door.open();
    reply.acknowledge(0, "{}");
  }
  Door& _door;
};

/// Blocks its loop, which an inline handler must not do; with an argument, until `wake`.
class Dawdle final : public EventHandler {
 public:
  explicit Dawdle(Door& door) : _door(door) {}

 private:
  Execution execution() const noexcept override { return Execution::Inline; }
  void handle(const Request& request, Reply& reply) override {
    if (request.args().empty()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
    } else {
      _door.pass();
    }
    reply.acknowledge(0, "{}");
  }
  Door& _door;
};

/// Fails until it is told to work.
class Sulk final : public EventHandler {
  void handle(const Request& request, Reply& reply) override {
    if (request.args() == "\"work\"") _works = true;
    if (!_works) throw std::runtime_error("not today");
    reply.acknowledge(0, "{}");
  }
  std::atomic<bool> _works{false};
};

/// Blocks until `wake` for one namespace.
class Ponder final : public NamespaceHandler {
 public:
  explicit Ponder(Door& door) : _door(door) {}

 private:
  bool accepts(std::string_view nsp, std::string_view, const Caller&) override {
    if (nsp != "/ponder") return false;
    _door.pass();
    return true;
  }
  Door& _door;
};

/// Fails in every way that a handler can, to test the answers to clients.
class Stumble final : public chat::plugin::Plugin {
 public:
  void start(chat::plugin::Context&, chat::plugin::Registrar& registrar) override {
    registrar.onEvent("fault", _fault);
    registrar.onEvent("away", _away);
    registrar.onEvent("hold", _hold);
    registrar.onEvent("release", _release);
    registrar.onEvent("dawdle", _dawdle);
    registrar.onEvent("wake", _wake);
    registrar.onEvent("sulk", _sulk);
    registrar.onNamespace(_ponder);
  }

 private:
  Door _door;
  Fault _fault;
  Away _away;
  Hold _hold{_door};
  Release _release{_door};
  Door _bedroom;
  Dawdle _dawdle{_bedroom};
  Release _wake{_bedroom};
  Sulk _sulk;
  Ponder _ponder{_bedroom};
};

}  // namespace

CHAT_PLUGIN(Stumble, "stumble", "1.0.0",
            "event fault\nevent away\nevent hold\nevent release\nevent dawdle\nevent wake\nevent sulk\n")
