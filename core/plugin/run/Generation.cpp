#include "plugin/run/Generation.h"

#include <Poco/Logger.h>

#include <cassert>
#include <utility>

#include "plugin/call/PluginCall.h"
#include "plugin/file/Refused.h"

namespace chat::plugin {

namespace {

/// How long a plugin waits for a session within its own limit; as long as for one of the whole pool.
constexpr base::Duration SessionWait{2000};

HostServices withDatabase(const HostServices& services, data::Database& database) {
  return {database,         services.emitter,   services.sockets, services.schema,
          services.metrics, services.scheduler, services.clock};
}

}  // namespace

Generation::Generation(LibraryIdentity identity, SettingsSnapshot settings, PluginLimits limits, std::uint64_t number,
                       HostServices services)
    : Callee(identity.name, limits),
      _identity(std::move(identity)),
      _number(number),
      _scheduler(services.scheduler),
      _clock(services.clock),
      _registrations(_identity),
      _limitedDatabase(limits.sessions == 0 ? nullptr
                                            : std::make_unique<LimitedDatabase>(services.database, _identity.name,
                                                                                limits.sessions, SessionWait)),
      _database(_limitedDatabase ? *_limitedDatabase : services.database, gate()),
      _context(std::make_unique<PluginContext>(*this, _identity.build.apiMinor, std::move(settings),
                                               withDatabase(services, _database))) {
  for (const auto& event : _identity.events) count(event);
}

void Generation::countRoles() {
  const auto countIf = [this](const char* role, bool has) {
    if (has) count(role);
  };
  countIf(role::Handshake, !_registrations.handshakes().empty());
  countIf(role::Namespace, !_registrations.namespaces().empty());
  countIf(role::Connect, !_registrations.connects().empty());
  countIf(role::Replay, !_registrations.connects().empty());
  countIf(role::Disconnect, !_registrations.disconnects().empty());
  countIf(role::Disconnecting, !_registrations.disconnectings().empty());
  countIf(role::Packet, !_registrations.packets().empty());
  countIf(role::Any, !_registrations.anys().empty());
  countIf(role::Outgoing, !_registrations.outgoings().empty());
  countIf(role::IdentityEnd, !_registrations.identityEnds().empty());
  countIf(role::Timer, !_registrations.timers().empty());
}

Generation::~Generation() {
  [[maybe_unused]] const auto retired = retire(std::chrono::milliseconds(0));
  assert(retired != Retired::Busy);
}

void Generation::start(const std::filesystem::path& library) {
  auto mapped = std::make_unique<PluginLibrary>(library);
  start(mapped->create(_identity.className));
  _library = std::move(mapped);
}

void Generation::start(std::unique_ptr<Plugin> plugin) {
  if (const auto failure = callPlugin([&] { plugin->start(*_context, _registrations); })) {
    endQuestions();
    throw Refused("its start failed: " + failure->text);
  }
  try {
    _registrations.check();
    if (!_registrations.timers().empty() && _scheduler == nullptr)
      throw Refused("it registers timers, which this host doesn't run");
  } catch (const Refused&) {
    endQuestions();
    plugin->stop();
    throw;
  }
  _plugin = std::move(plugin);
  countRoles();
  startTimers();
}

// Ends the questions that a failed start has asked: their callbacks must not outlive the plugin's object.
void Generation::endQuestions() {
  gate().close();
  _context->sockets().endAll();
  while (!gate().waitUntilEmpty(std::chrono::seconds(1))) continue;
}

void Generation::startTimers() {
  if (_registrations.timers().empty()) return;
  _timers = std::make_unique<PluginTimers>(*_scheduler, _clock, *this, *statsOf(role::Timer), _context->logger());
  for (const auto& timer : _registrations.timers()) _timers->start(timer.name, timer.interval, *timer.handler);
}

Generation::Reconfigured Generation::reconfigure(SettingsSnapshot settings) {
  const auto& before = _context->snapshot();
  if (settings == before) return Reconfigured::Unchanged;
  auto* const handler = _registrations.settings();
  if (handler == nullptr) return Reconfigured::Restart;
  const auto guard = enter();
  if (!guard) return Reconfigured::Restart;
  const auto& now = _context->take(std::move(settings));
  auto answer = SettingsHandler::Answer::Restart;
  if (const auto failure = callPlugin([&] { answer = handler->changed(before, now); })) {
    poco_error(_context->logger(), "it failed to take its changed settings: " + failure->text);
  }
  if (answer == SettingsHandler::Answer::Taken) return Reconfigured::Taken;
  _context->goBackTo(before);
  return Reconfigured::Restart;
}

Generation::Retired Generation::retire(std::chrono::milliseconds wait) {
  gate().close();
  if (_timers) _timers->stop();
  _context->sockets().endAll();
  if (!gate().waitUntilEmpty(wait)) return Retired::Busy;
  workers().stop();
  if (!_plugin) return Retired::Unmapped;
  _plugin->stop();
  _plugin.reset();
  if (!_library) return Retired::Unmapped;
  const bool isGone = _library->unload();
  _library.reset();
  return isGone ? Retired::Unmapped : Retired::StillMapped;
}

}  // namespace chat::plugin
