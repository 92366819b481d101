#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "app/settings/Settings.h"
#include "app/stack/PluginMetrics.h"
#include "data/database/SqlDatabase.h"
#include "engineio/Server.h"
#include "gateway/Gateway.h"
#include "http/Router.h"
#include "net/LoopGroup.h"
#include "plainws/Server.h"
#include "plugin/folder/LiveFolder.h"
#include "plugin/folder/PluginHost.h"
#include "socketio/Server.h"

namespace chat::app {

/// The server was told to end while it was waiting for the database at its start.
struct StartInterrupted {};

/// Everything between an upgraded connection and the database: Engine.IO, Socket.IO and plain WebSockets on every loop,
/// the gateway, the plugins, the session pool.
///
/// Thread: main. The loops outlive it.
class SocketStack {
 public:
  /// Doesn't connect yet. Errors: std::exception for invalid settings.
  SocketStack(const Settings& settings, net::LoopGroup& loops, plugin::PropertySource properties);
  ~SocketStack();

  /// Prepares the database and loads the plugins. To be called before the loops run. Errors: std::exception if the
  /// database can't be used. Waits a while for a database that can't be reached; a signal to end then throws
  /// StartInterrupted.
  void start();
  void addRoutes(http::Router& router) const;
  /// Which pages of other origins may talk to the server.
  const std::shared_ptr<const http::CorsPolicy>& cors() const noexcept { return _cors; }
  /// From now on plugins are loaded, replaced and retired as their folder changes. `reload` reads the properties again;
  /// false if they are invalid. After `start()`, until `stopPlugins()`. Errors: plugin::Refused.
  void watchPlugins(std::function<bool()> reload);
  /// Starts a look at the plugins' folder and settings; returns at once.
  void rescanPlugins();
  // For metrics and pages, on any thread.
  const plugin::PluginHost& pluginHost() const noexcept { return _plugins; }
  /// Null before the plugins are watched.
  const plugin::LiveFolder* pluginFolder() const noexcept { return _folder.get(); }
  const PluginMetrics& pluginMetrics() const noexcept { return _metrics; }
  const gateway::Gateway& gateway() const noexcept { return _gateway; }
  const gateway::ShardCounters& shardCounters(unsigned loop) const noexcept { return _gateway.counters(loop); }
  const engineio::RefusalLog& refusals() const noexcept { return _engine->refusals(); }
  const data::SqlDatabase& database() const noexcept { return _database; }
  const engineio::Server& engine() const noexcept { return *_engine; }
  /// Throws if the database can't be reached, or nothing can be written. Any thread that may block.
  void check() { _database.ping(); }

  /// Takes no more events and waits at most `wait` for those that are being handled; then ends every session in a way
  /// that makes its client reconnect. To be called while the loops run.
  void drain(base::Duration wait);
  /// Stops the workers. To be called while the loops run, after `drain`.
  void stopWorkers();
  /// Stops the plugins. To be called after the loops have ended. False if a call of a plugin hasn't returned.
  bool stopPlugins();

 private:
  void startDatabase();

  const Settings& _settings;
  const std::shared_ptr<const http::CorsPolicy> _cors;
  net::LoopGroup& _loops;
  data::SqlDatabase _database;
  gateway::Gateway _gateway;
  PluginMetrics _metrics;
  plugin::PluginHost _plugins;
  std::unique_ptr<plugin::LiveFolder> _folder;
  std::vector<std::unique_ptr<socketio::Server>> _servers;      // by loop
  std::vector<std::unique_ptr<plainws::Server>> _plainServers;  // by loop
  std::shared_ptr<engineio::Server> _engine;
};

}  // namespace chat::app
