#include "testing/TestHostState.h"

#include <Poco/Logger.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <thread>
#include <utility>

#include "http/AnswerFields.h"
#include "plugin/folder/Inspection.h"
#include "plugin/settings/PluginLimits.h"
#include "plugin/settings/SettingsSnapshot.h"

namespace chat::testing {
namespace {

constexpr std::string_view IdentityField = "x-test-identity";
constexpr std::chrono::milliseconds Poll{1};

data::Options databaseOptions(const std::filesystem::path& folder, const std::filesystem::path& schema) {
  data::Options options;
  options.file = folder / "test.db";
  options.schema = schema;
  if (schema.empty()) {
    options.schema = folder / "schema";
    std::filesystem::create_directories(options.schema);
  }
  return options;
}

HandshakeAnswer answerOf(engineio::HandshakeVerdict verdict, const engineio::TransportType& transport) {
  const bool isUpgrade = transport.byUpgrade();
  HandshakeAnswer answer;
  if (verdict.refusal) {
    answer.status = engineio::statusOf(*verdict.refusal, isUpgrade);
    answer.message = verdict.message.empty() ? engineio::textOf(*verdict.refusal).message : verdict.message;
    answer.body = isUpgrade ? answer.message : engineio::bodyOf(*verdict.refusal, verdict.message);
    if (verdict.retryAfter) answer.headers.emplace_back("Retry-After", std::to_string(*verdict.retryAfter));
    return answer;
  }
  answer.status = isUpgrade ? 101 : 200;
  answer.headers = std::move(verdict.handshakeFields);
  answer.sessionHeaders = std::move(verdict.everyAnswerFields);
  for (const auto& [name, value] : answer.sessionHeaders) http::setField(answer.headers, name, value);
  return answer;
}

}  // namespace

ScratchFolder::ScratchFolder() {
  std::string path = (std::filesystem::temp_directory_path() / "chat-test-host-XXXXXX").string();
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("can't make the folder " + path);
  _path = path;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(_path, ignored);
}

/// Called before every other connect handler: gives a socket the identity that the test has chosen.
class TestHost::State::Impersonation final : public plugin::Plugin, public plugin::ConnectHandler {
 public:
  std::size_t add(const plugin::Identity& identity) {
    const std::lock_guard lock(_mutex);
    _known.push_back(identity);
    return _known.size() - 1;
  }

  void start(plugin::Context&, plugin::Registrar& registrar) override {
    registrar.onConnect(std::numeric_limits<int>::min(), *this);
  }
  void connect(plugin::Admission& admission) override {
    const auto number = admission.caller().header(IdentityField);
    if (number.empty()) return;
    const std::lock_guard lock(_mutex);
    admission.setIdentity(_known.at(std::stoul(std::string(number))));
  }

 private:
  std::mutex _mutex;
  std::vector<plugin::Identity> _known;
};

TestHost::State::State(const Options& options)
    : _loops(1, {}, clock),
      _database(databaseOptions(_folder.path(), options.schema)),
      _gateway(_loops, {}, Poco::Logger::get("gateway")),
      _runFolder(_folder.path() / "run") {
  _database.start();
  _gateway.open(_tables);
  socketio::Options socketOptions;
  socketOptions.namespaces = options.namespaces;
  _server = std::make_unique<socketio::Server>(loop(), socketOptions, _gateway.doors(0).sockets);
  _gateway.setServer(0, *_server);

  plugin::LibraryIdentity identity;
  identity.name = "test-identities";
  identity.version = "0";
  auto generation = make(identity, {});
  auto impersonation = std::make_unique<Impersonation>();
  _impersonation = impersonation.get();
  generation->start(std::move(impersonation));
  load(std::move(generation));
  _loops.start();
}

TestHost::State::~State() {
  _gateway.stop();
  _loops.stop();
  while (!_serving.empty()) unload(_serving.back()->identity().name);
}

plugin::PropertySource TestHost::State::propertiesFor(const plugin::LibraryIdentity& identity,
                                                      const Settings& settings) const {
  const auto own = identity.name + ".";
  std::map<std::string, std::string> properties;
  for (const auto& [key, value] : settings) properties[key.starts_with("plugin.") ? key : own + key] = value;
  const auto declared = plugin::declaredProperties({{{}, identity, {}}});
  for (const auto& [key, value] : properties) {
    if (std::find(declared.begin(), declared.end(), key) != declared.end()) continue;
    throw std::runtime_error("plugin " + identity.name + " has no property " + key);
  }
  return [properties = std::move(properties)](const std::string& key) -> std::optional<std::string> {
    const auto found = properties.find(key);
    return found == properties.end() ? std::nullopt : std::optional(found->second);
  };
}

std::shared_ptr<plugin::Generation> TestHost::State::make(const plugin::LibraryIdentity& identity,
                                                          const Settings& settings) {
  const auto source = propertiesFor(identity, settings);
  return std::make_shared<plugin::Generation>(
      identity, plugin::SettingsSnapshot::read(identity.name + ".", identity.settings, source),
      plugin::PluginLimits::read(identity.name, source), ++_numbers,
      plugin::HostServices{_database, _gateway.emitter(), &_gateway.sockets(), &_database, nullptr, &_scheduler,
                           clock});
}

void TestHost::State::load(std::shared_ptr<plugin::Generation> generation) {
  for (const auto& other : _serving) {
    for (const auto& event : generation->identity().events) {
      const auto& taken = other->identity().events;
      if (std::find(taken.begin(), taken.end(), event) == taken.end()) continue;
      throw std::runtime_error("plugin " + other->identity().name + " handles the event " + event + " already");
    }
  }
  _serving.push_back(std::move(generation));
  publish();
}

TestHost::State::Serving::iterator TestHost::State::find(const std::string& name) {
  const auto found = std::find_if(_serving.begin(), _serving.end(),
                                  [&](const auto& generation) { return generation->identity().name == name; });
  if (found == _serving.end()) throw std::runtime_error("no plugin " + name + " is loaded");
  return found;
}

bool TestHost::State::reconfigure(const std::string& name, const Settings& settings) {
  auto& plugin = **find(name);
  const auto& identity = plugin.identity();
  return plugin.reconfigure(plugin::SettingsSnapshot::read(identity.name + ".", identity.settings,
                                                           propertiesFor(identity, settings))) !=
         plugin::Generation::Reconfigured::Restart;
}

bool TestHost::State::unload(const std::string& name) {
  const auto found = find(name);
  const auto generation = std::move(*found);
  _serving.erase(found);
  publish();
  return generation->retire(Patience) != plugin::Generation::Retired::Busy;
}

void TestHost::State::publish() {
  _tables.publish(std::make_shared<const plugin::HandlerTable>(_serving));
}

TestHost::State::Opening TestHost::State::opening(const Connection& connection) {
  const auto* transport = engineio::transportType(connection.transport);
  if (!transport) throw std::runtime_error("there is no transport " + connection.transport);
  auto handshake = std::make_shared<engineio::Handshake>();
  handshake->address = connection.address;
  handshake->secure = connection.secure;
  handshake->url = "/socket.io/?" + connection.query;
  for (const auto& [name, value] : connection.headers) handshake->fields += name + ": " + value + "\r\n";
  if (connection.identity) handshake->fields += fieldOf(*connection.identity);
  return {std::move(handshake), transport};
}

HandshakeAnswer TestHost::State::handshake(const Opening& opening) {
  // Shared with the call, which may outlive this function if a handler doesn't return.
  const auto decided = std::make_shared<std::promise<engineio::HandshakeVerdict>>();
  auto verdict = decided->get_future();
  std::shared_ptr<engineio::HandshakeGate::Question> question;
  onLoop([&] {
    auto& handshakes = _gateway.doors(0).handshakes;
    if (!handshakes.isGuarded()) return decided->set_value({});
    question = handshakes.ask(opening.handshake, opening.transport->name(),
                              [decided](engineio::HandshakeVerdict given) { decided->set_value(std::move(given)); });
  });
  if (verdict.wait_for(Patience) != std::future_status::ready) {
    onLoop([&] { question->withdraw(false); });
    throw std::runtime_error("a handshake handler did not return in time");
  }
  return answerOf(verdict.get(), *opening.transport);
}

std::string TestHost::State::fieldOf(const plugin::Identity& identity) {
  return std::string(IdentityField) + ": " + std::to_string(_impersonation->add(identity)) + "\r\n";
}

bool TestHost::State::idle() {
  bool none = true;
  onLoop([&] { none = _gateway.isDrained(0); });
  none = none && _gateway.idle();
  // A call over its time-out has been answered already, so it isn't waited for.
  for (const auto& generation : _serving) {
    none = none && generation->callsInside() == generation->workers().stuck();
  }
  return none;
}

// A call that has just ended may have left a task for the loop's next turn; so everything is done once two checks in a
// row find nothing.
void TestHost::State::settle() {
  const auto end = std::chrono::steady_clock::now() + Patience;
  for (int quiet = 0; quiet < 2;) {
    if (idle()) {
      ++quiet;
      continue;
    }
    quiet = 0;
    if (std::chrono::steady_clock::now() > end) throw std::runtime_error("a handler did not return in time");
    std::this_thread::sleep_for(Poll);
  }
}

void TestHost::State::moveClock(base::Duration by) {
  clock.advance(by);
  _scheduler.clockMoved();
}

}  // namespace chat::testing
