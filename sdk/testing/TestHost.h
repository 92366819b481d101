#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/Database.h"
#include "plugin/api/Plugin.h"
#include "testing/FakeClock.h"
#include "testing/HandshakeAnswer.h"
#include "testing/TestSocket.h"

namespace chat::testing {

/// A server for testing plugins in the test's own process: the real protocol, gateway and plugin host on one event
/// loop, with sockets that need no network, a clock that only the test moves, and an SQLite database in a folder that
/// the destructor removes.
///
///     chat::testing::TestHost host;
///     host.load(HELLO_PLUGIN, {{"greeting", "Hi"}});           // the library, as the server loads it
///     auto ann = host.connect({.identity = host.user("Ann")});
///     CPPUNIT_ASSERT_EQUAL(std::string("Hi Ann"), ann.ask("hello").text("/data/text"));
///
/// Timers (Registrar::onTimer) and the time-outs of calls use the host's clock too, so a test of them doesn't wait.
/// Handlers run on the threads that they declare: on the plugin's workers, or inline on the loop; so a handler that
/// isn't thread-safe is not safe here either.
///
/// Thread: the test's own, one at a time. Errors: std::runtime_error with what is wrong.
class TestHost {
 public:
  /// The longest wait for an event, in real time.
  static constexpr std::chrono::seconds Patience{10};

  struct Options {
    std::vector<std::string> namespaces{"/"};
    /// The server's `schema.folder`, `PLUGIN/sqlite/0001_….sql`, for plugins that use its files (Context::migrate);
    /// empty: none.
    std::filesystem::path schema;
  };

  TestHost() : TestHost(Options{}) {}
  explicit TestHost(const Options& options);
  /// Ends the sockets, stops and unloads the plugins.
  ~TestHost();
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  /// Maps a setting or limit to its text: `greeting`, or `plugin.NAME.threads` in full.
  using Settings = std::map<std::string, std::string>;
  /// Loads a plugin's library with every check of the server: identity, exports, settings, start. Throws if the server
  /// would refuse it, with the same text.
  void load(const std::filesystem::path& library, const Settings& settings = {});
  /// Serves a plugin that is linked to the test. `declarations` are those of CHAT_PLUGIN: `event NAME`, `setting …`.
  void load(std::unique_ptr<plugin::Plugin> plugin, const std::string& name, const std::string& declarations,
            const Settings& settings = {});
  /// Serves one handler that is linked to the test. It must outlive the host.
  void serve(const std::string& event, plugin::EventHandler& handler);
  /// Gives a plugin other settings while it serves, as at SIGHUP (SettingsHandler); settings that aren't named get
  /// their defaults. False if the plugin doesn't take them: the server would load it again. Its limits don't change.
  bool reconfigure(const std::string& name, const Settings& settings);
  /// Retires a plugin as the server does when its file is removed. False if a call didn't return in time.
  bool unload(const std::string& name);

  struct Connection {
    std::string nsp = "/";
    std::string auth = "{}";  ///< the payload of CONNECT, as JSON
    /// The socket's identity before any connect handler is called; see `user`.
    std::optional<plugin::Identity> identity{};
    std::string address = "192.0.2.1";
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string query{};                  ///< all of it: `EIO` and `transport` aren't added
    std::string transport = "websocket";  ///< or `polling`
    bool secure = false;                  ///< as over a trusted proxy's TLS
  };
  /// Calls the handshake handlers (Registrar::onHandshake) with the request with which this client would ask for a
  /// session, and returns their answer; no session is made. `nsp`, `auth` and `identity` aren't used, since they come
  /// later.
  HandshakeAnswer handshake(const Connection& connection);
  HandshakeAnswer handshake() { return handshake(Connection{}); }
  /// Connects a client, after its handshake, and waits until it has entered its namespace; for one that isn't in
  /// Options::namespaces the namespace handlers are called (Registrar::onNamespace). Throws HandshakeRefused and
  /// ConnectRefused.
  TestSocket connect(const Connection& connection);
  TestSocket connect() { return connect(Connection{}); }
  /// An identity of that name, with an id and a credential made of it.
  static plugin::Identity user(const std::string& name);

  /// Waits until no handler runs and no task is left; it doesn't wait for a call over its time-out.
  void settle();
  /// Moves the clock in one step and runs what is due: a timer that would have been due several times runs once.
  void advance(base::Duration by);
  /// As `advance`, but doesn't wait for calls that begin: for a test that does something while a timer's handler runs.
  void moveClock(base::Duration by);
  FakeClock& clock() noexcept;
  /// The plugins' database. It contains only what the plugins create.
  data::Database& database() noexcept;
  plugin::Emitter& emitter() noexcept;
  /// The plugins' log since the last call, one line for each message, with the level before it.
  std::vector<std::string> log();

 private:
  friend class TestSocket;
  class State;
  std::unique_ptr<State> _state;
};

}  // namespace chat::testing
