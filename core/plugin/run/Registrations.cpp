#include "plugin/run/Registrations.h"

#include <algorithm>

#include "plugin/file/Refused.h"

namespace chat::plugin {

void Registrations::onEvent(std::string_view event, EventHandler& handler) {
  const std::string name(event);
  if (std::find(_identity.events.begin(), _identity.events.end(), event) == _identity.events.end()) {
    return fault("it registers the event '" + name + "', which its identity doesn't declare: add \"event " + name +
                 "\\n\" to its CHAT_PLUGIN(…)");
  }
  for (const auto& other : _events) {
    if (other.name == event) return fault("it registers the event '" + name + "' twice: remove one");
  }
  _events.push_back({{&handler, 0, handler.execution()}, name});
}

void Registrations::onCommand(std::string_view command, CommandHandler& handler) {
  const std::string name(command);
  if (std::find(_identity.commands.begin(), _identity.commands.end(), command) == _identity.commands.end()) {
    return fault("it registers the command '" + name + "', which its identity doesn't declare: add \"command " + name +
                 "\\n\" to its CHAT_PLUGIN(…)");
  }
  for (const auto& other : _commands) {
    if (other.name == command) return fault("it registers the command '" + name + "' twice: remove one");
  }
  _commands.push_back({{&handler}, name});
}

void Registrations::onTimer(std::string_view name, std::chrono::milliseconds interval, TimerHandler& handler) {
  if (interval < MinInterval) {
    return fault("its timer '" + std::string(name) + "' has an interval of " + std::to_string(interval.count()) +
                 " ms; " + std::to_string(MinInterval.count()) + " ms are the least");
  }
  _timers.push_back({std::string(name), interval, &handler});
}

void Registrations::onSettings(SettingsHandler& handler) {
  if (_settings != nullptr) return fault("it registers two handlers of changed settings: remove one");
  _settings = &handler;
}

void Registrations::check() const {
  std::string faults = _faults;
  for (const auto& declared : _identity.events) {
    const auto isIt = [&](const Event& event) { return event.name == declared; };
    if (std::any_of(_events.begin(), _events.end(), isIt)) continue;
    faults += (faults.empty() ? "" : "; ") + ("it declares the event '" + declared +
                                              "', but registers no handler for it: call registrar.onEvent in start()");
  }
  for (const auto& declared : _identity.commands) {
    const auto isIt = [&](const Command& command) { return command.name == declared; };
    if (std::any_of(_commands.begin(), _commands.end(), isIt)) continue;
    faults +=
        (faults.empty() ? "" : "; ") + ("it declares the command '" + declared +
                                        "', but registers no handler for it: call registrar.onCommand in start()");
  }
  if (!faults.empty()) throw Refused(faults);
}

}  // namespace chat::plugin
