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
/// loop, with sockets that need no network, a clock that stands still, and an SQLite database in a folder that goes
/// with it.
///
///     chat::testing::TestHost host;
///     host.load(HELLO_PLUGIN, {{"greeting", "Hi"}});           // the library, as the server loads it
///     auto ann = host.connect({.identity = host.user("Ann")});
///     CPPUNIT_ASSERT_EQUAL(std::string("Hi Ann"), ann.ask("hello").text("/data/text"));
///
/// Timers (Registrar::onTimer) and the time-outs of calls go by the host's clock like all the rest, so a test of them
/// waits for nothing. Handlers run where they say: on the plugin's workers, or inline on the loop; so a handler that
/// isn't safe to run on several threads is not safe here either.
///
/// Thread: the test's own, one at a time. Errors: std::runtime_error with what is wrong.
class TestHost {
 public:
  /// How long anything is waited for, in real time.
  static constexpr std::chrono::seconds Patience{10};

  struct Options {
    std::vector<std::string> namespaces{"/"};
    /// A folder with `sqlite/0001_….sql` as the server's schema; none where empty.
    std::filesystem::path schema;
  };

  TestHost() : TestHost(Options{}) {}
  explicit TestHost(const Options& options);
  /// Ends the sockets, stops and unloads the plugins.
  ~TestHost();
  TestHost(const TestHost&) = delete;
  TestHost& operator=(const TestHost&) = delete;

  /// Setting or limit to text: `greeting`, or `plugin.NAME.threads` in full.
  using Settings = std::map<std::string, std::string>;
  /// Loads a plugin's library with every check of the server: identity, exports, settings, start. Throws where the
  /// server would refuse it, with the same words.
  void load(const std::filesystem::path& library, const Settings& settings = {});
  /// Serves a plugin that is linked to the test. `declarations` are those of CHAT_PLUGIN: `event NAME`, `setting …`.
  void load(std::unique_ptr<plugin::Plugin> plugin, const std::string& name, const std::string& declarations,
            const Settings& settings = {});
  /// Serves one handler that is linked to the test. It must outlive the host.
  void serve(const std::string& event, plugin::EventHandler& handler);
  /// Gives a plugin other settings while it serves, as at SIGHUP (SettingsHandler); what isn't named has its default.
  /// False where it doesn't take them: the server would start it anew. Its limits stay as they are.
  bool reconfigure(const std::string& name, const Settings& settings);
  /// Takes a plugin out of service as the server does when its file goes. False where a call didn't return in time.
  bool unload(const std::string& name);

  struct Connection {
    std::string nsp = "/";
    std::string auth = "{}";  ///< the payload of CONNECT, as JSON
    /// Who the socket speaks for, before any connect handler is asked; see `user`.
    std::optional<plugin::Identity> identity{};
    std::string address = "192.0.2.1";
    std::vector<std::pair<std::string, std::string>> headers{};
    std::string query{};                  ///< all of it: `EIO` and `transport` aren't added
    std::string transport = "websocket";  ///< or `polling`
    bool secure = false;                  ///< as over a trusted proxy's TLS
  };
  /// What the handshake handlers (Registrar::onHandshake) say to the request by which that client would ask for a
  /// session; no session is made. `nsp`, `auth` and `identity` come later and aren't looked at.
  HandshakeAnswer handshake(const Connection& connection);
  HandshakeAnswer handshake() { return handshake(Connection{}); }
  /// Connects a client, with its handshake before, and waits until it is in: a namespace that isn't among
  /// Options::namespaces is asked for (Registrar::onNamespace). Throws HandshakeRefused and ConnectRefused.
  TestSocket connect(const Connection& connection);
  TestSocket connect() { return connect(Connection{}); }
  /// An identity of that name, with an id and a credential made of it.
  static plugin::Identity user(const std::string& name);

  /// Waits until no handler runs and nothing is under way; a call that is over its time isn't waited for.
  void settle();
  /// Moves the clock and lets what is due happen. In one step: a timer that would have been due several times is due
  /// once.
  void advance(base::Duration by);
  /// As `advance`, but waits for nothing that begins: for a timer that the test wants to meet while it runs.
  void moveClock(base::Duration by);
  FakeClock& clock() noexcept;
  /// Where the plugins' statements go. Empty but for what the plugins make of it.
  data::Database& database() noexcept;
  plugin::Emitter& emitter() noexcept;
  /// What plugins logged, a line each with the level before it, since the last call.
  std::vector<std::string> log();

 private:
  friend class TestSocket;
  class State;
  std::unique_ptr<State> _state;
};

}  // namespace chat::testing
