#pragma once

#include "base/Clock.h"

namespace chat::data {
class Database;
class SchemaUpdater;
}  // namespace chat::data
namespace chat::exec {
class Scheduler;
}

namespace chat::plugin {

class MetricsHub;
class SocketBackend;
class StreamEmitter;

/// The services that a host gives to its plugins; they outlive the plugins. A plugin that asks for one that is null
/// gets an exception, or isn't started if it has timers; metrics then go nowhere.
struct HostServices {
  data::Database& database;
  StreamEmitter& emitter;
  SocketBackend* sockets = nullptr;
  data::SchemaUpdater* schema = nullptr;
  MetricsHub* metrics = nullptr;
  exec::Scheduler* scheduler = nullptr;
  const base::Clock& clock = base::systemClock();
};

}  // namespace chat::plugin
