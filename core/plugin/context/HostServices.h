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

/// What the host lends to every plugin; outlives them. What is null is refused to plugins that ask for it, but for
/// metrics, which then nobody reads.
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
