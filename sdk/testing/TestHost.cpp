#include "testing/TestHost.h"

#include <stdexcept>
#include <utility>

#include "plugin/file/Candidate.h"
#include "plugin/folder/Inspection.h"
#include "testing/TestHostState.h"
#include "testing/TestSocketState.h"

namespace chat::testing {
namespace {

/// One handler as a plugin.
class SingleHandler final : public plugin::Plugin {
 public:
  SingleHandler(std::string event, plugin::EventHandler& handler) : _event(std::move(event)), _handler(handler) {}
  void start(plugin::Context&, plugin::Registrar& registrar) override { registrar.onEvent(_event, _handler); }

 private:
  const std::string _event;
  plugin::EventHandler& _handler;
};

}  // namespace

TestHost::TestHost(const Options& options) : _state(std::make_unique<State>(options)) {}

TestHost::~TestHost() = default;

void TestHost::load(const std::filesystem::path& library, const Settings& settings) {
  const auto candidate = plugin::Candidate::read(library);
  candidate.checkBuild();
  auto generation = _state->make(candidate.identity(), settings);
  generation->start(_state->privateCopy(candidate.identity().name, candidate.file().bytes()));
  _state->load(std::move(generation));
}

void TestHost::load(std::unique_ptr<plugin::Plugin> plugin, const std::string& name, const std::string& declarations,
                    const Settings& settings) {
  const auto identity = plugin::LibraryIdentity::parse("chat-socketio plugin\n" CHAT_PLUGIN_BUILD "name " + name +
                                                       "\nversion 0\nclass Linked\n" + declarations);
  auto generation = _state->make(identity, settings);
  generation->start(std::move(plugin));
  _state->load(std::move(generation));
}

void TestHost::serve(const std::string& event, plugin::EventHandler& handler) {
  std::string name;
  for (const char c : event) name += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
  load(std::make_unique<SingleHandler>(event, handler), "serve-" + name.substr(0, 24), "event " + event + "\n");
}

bool TestHost::reconfigure(const std::string& name, const Settings& settings) {
  return _state->reconfigure(name, settings);
}

bool TestHost::unload(const std::string& name) {
  return _state->unload(name);
}

HandshakeAnswer TestHost::handshake(const Connection& connection) {
  return _state->handshake(_state->opening(connection));
}

TestSocket TestHost::connect(const Connection& connection) {
  const auto opening = _state->opening(connection);
  if (auto answer = _state->handshake(opening); !answer.accepted()) throw HandshakeRefused(std::move(answer));
  auto state = std::make_unique<TestSocket::State>(*_state, connection.nsp, opening);
  state->connect(connection.auth);
  return TestSocket(std::move(state));
}

plugin::Identity TestHost::user(const std::string& name) {
  return {base::UserId{"id-of-" + name}, name, "credential-of-" + name, std::nullopt};
}

void TestHost::settle() {
  _state->settle();
}

void TestHost::advance(base::Duration by) {
  _state->moveClock(by);
  _state->settle();
}

void TestHost::moveClock(base::Duration by) {
  _state->moveClock(by);
}

FakeClock& TestHost::clock() noexcept {
  return _state->clock;
}

data::Database& TestHost::database() noexcept {
  return _state->database();
}

plugin::Emitter& TestHost::emitter() noexcept {
  return _state->emitter();
}

std::vector<std::string> TestHost::log() {
  return _state->log.take();
}

}  // namespace chat::testing
