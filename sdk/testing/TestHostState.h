#pragma once

#include <atomic>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "data/database/SqlDatabase.h"
#include "engineio/transport/TransportTypes.h"
#include "exec/Scheduler.h"
#include "gateway/Gateway.h"
#include "net/LoopGroup.h"
#include "plugin/load/RunFolder.h"
#include "plugin/run/Generation.h"
#include "plugin/table/TablePublication.h"
#include "socketio/Server.h"
#include "testing/FakeClock.h"
#include "testing/LogCapture.h"
#include "testing/TestHost.h"

namespace chat::testing {

/// A folder that the destructor removes.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const noexcept { return _path; }

 private:
  std::filesystem::path _path;
};

/// The state of a TestHost: the server's own classes, put together without a network.
class TestHost::State {
 public:
  explicit State(const Options& options);
  ~State();

  void load(std::shared_ptr<plugin::Generation> generation);
  bool unload(const std::string& name);
  std::shared_ptr<plugin::Generation> make(const plugin::LibraryIdentity& identity, const Settings& settings);
  bool reconfigure(const std::string& name, const Settings& settings);
  std::filesystem::path privateCopy(const std::string& name, std::string_view bytes) {
    return _runFolder.add(name, bytes);
  }

  /// The request with which a client asks for a session.
  struct Opening {
    std::shared_ptr<const engineio::Handshake> handshake;
    const engineio::TransportType* transport = nullptr;
  };
  Opening opening(const Connection& connection);
  /// Calls the handshake handlers.
  HandshakeAnswer handshake(const Opening& opening);

  template <typename Call>
  void onLoop(Call&& call) {
    std::packaged_task<void()> task([&call] { call(); });
    auto done = task.get_future();
    loop().post([&task] { task(); });
    done.get();
  }
  void settle();
  void moveClock(base::Duration by);
  std::string nextSessionId() { return "test-session-" + std::to_string(++_sessions); }

  net::Loop& loop() noexcept { return _loops.at(0); }
  socketio::Server& server() noexcept { return *_server; }
  data::SqlDatabase& database() noexcept { return _database; }
  plugin::Emitter& emitter() noexcept { return _gateway.emitter(); }

  FakeClock clock;
  LogCapture log;

 private:
  class Impersonation;

  using Serving = std::vector<std::shared_ptr<plugin::Generation>>;

  Serving::iterator find(const std::string& name);
  plugin::PropertySource propertiesFor(const plugin::LibraryIdentity& identity, const Settings& settings) const;
  bool idle();
  void publish();
  /// The header field that stands for an identity.
  std::string fieldOf(const plugin::Identity& identity);

  ScratchFolder _folder;
  net::LoopGroup _loops;
  data::SqlDatabase _database;
  gateway::Gateway _gateway;
  exec::Scheduler _scheduler{clock};
  plugin::RunFolder _runFolder;
  plugin::TablePublication _tables;
  Serving _serving;
  std::unique_ptr<socketio::Server> _server;
  Impersonation* _impersonation = nullptr;  // owned by its generation, the first of the serving ones
  std::uint64_t _numbers = 0;
  std::atomic<std::uint64_t> _sessions{0};
};

}  // namespace chat::testing
