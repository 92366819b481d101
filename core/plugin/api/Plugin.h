#pragma once

#include <Poco/ClassLibrary.h>
#include <Poco/Version.h>

#include <chrono>
#include <functional>
#include <span>
#include <string_view>

#include "base/Clock.h"
#include "plugin/api/ApiVersion.h"
#include "plugin/api/AppError.h"
#include "plugin/api/CommandHandler.h"
#include "plugin/api/ConnectHandler.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/EventHandler.h"
#include "plugin/api/Export.h"
#include "plugin/api/HandshakeHandler.h"
#include "plugin/api/IdentityEndHandler.h"
#include "plugin/api/Metrics.h"
#include "plugin/api/NamespaceHandler.h"
#include "plugin/api/PacketHandler.h"
#include "plugin/api/Settings.h"
#include "plugin/api/SettingsHandler.h"
#include "plugin/api/Sockets.h"
#include "plugin/api/TimerHandler.h"

namespace Poco {
class Logger;
}
namespace chat::data {
class Database;
struct Migration;
}  // namespace chat::data

namespace chat::plugin {

/// All that a plugin may use of the server. Owned by the server; valid from `start()` until `stop()` has returned.
/// Thread: any.
class Context {
 public:
  virtual ~Context() = default;
  virtual const Settings& settings() const noexcept = 0;
  /// Named after the plugin. Never log a payload, a token or a password.
  virtual Poco::Logger& logger() noexcept = 0;
  /// The one database of the server, whose session pool all plugins share.
  virtual data::Database& database() noexcept = 0;
  virtual Emitter& emitter() noexcept = 0;

  // --- since 1.1 ---

  /// Asks sockets for acknowledgements, lists and counts them, keeps data with them.
  virtual Sockets& sockets() noexcept = 0;
  virtual Metrics& metrics() noexcept = 0;
  /// The server's clock; in tests the test's own.
  virtual const base::Clock& clock() const noexcept = 0;
  /// Brings the plugin's own tables up to date: applies those of `migrations` that the ledger doesn't have for this
  /// plugin yet, in order. Their numbers are their places in the list, from 1; a released one is never changed or taken
  /// away. In `start()`, before the tables are used. Where an older generation of the plugin serves meanwhile, it meets
  /// the new tables: add first, and take away in a later release. Throws what says which statement failed or why the
  /// ledger doesn't fit, and data::Unavailable; left uncaught, the plugin is not loaded for it.
  virtual void migrate(std::span<const data::Migration> migrations) = 0;
  /// Runs a task on the plugin's workers, for work that a handler on the loop can't wait for. It counts as a call, so
  /// `stop()` is called after it. An exception is logged. False if the plugin's queue is full or the plugin is being
  /// removed; the task is then dropped.
  virtual bool submit(std::function<void()> task) = 0;
  /// Brings tables up to date by the files of the server's `schema.folder`, `TABLES/ENGINE/NNNN_name.sql`, as the other
  /// `migrate` does by a list. `tables` is the plugin that owns them: this one, or another one whose tables this one's
  /// statements or foreign keys name. So it doesn't matter which of the two starts first, nor whether the other is
  /// loaded at all: whoever needs tables makes sure of them. `least`: the number of the newest migration that this
  /// plugin needs. Throws also if the folder doesn't have so many.
  virtual void migrate(std::string_view tables, int least) = 0;
};

/// A plugin registers its handlers here. They belong to the plugin and must live until `stop()` has returned.
class Registrar {
 public:
  virtual ~Registrar() = default;
  /// `event` must be among those that the identity declares.
  virtual void onEvent(std::string_view event, EventHandler& handler) = 0;
  /// Lower orders run first. 0–99 are for handlers that set the socket's identity.
  virtual void onConnect(int order, ConnectHandler& handler) = 0;
  virtual void onDisconnect(DisconnectHandler& handler) = 0;

  // --- since 1.1 ---

  /// Called for every event of every namespace and of `/ws`, lower orders first. 0–99 are for handlers that refuse
  /// events.
  virtual void onPacket(int order, PacketHandler& handler) = 0;
  /// The handler is given every event that the packet handlers let through, before the event's own handler. Several run
  /// in the order in which their plugins were loaded. The first acknowledgement counts, whichever handler gives it. An
  /// event that has no handler of its own is answered 404 only if none of these has acknowledged it. An exception is
  /// answered to the client if the event has no handler of its own; otherwise it is only logged.
  virtual void onAny(EventHandler& handler) = 0;
  virtual void onOutgoing(OutgoingHandler& handler) = 0;
  virtual void onDisconnecting(DisconnectingHandler& handler) = 0;
  /// `interval`: at least 10 ms. The first run is one interval after the start. `name` is for the log.
  virtual void onTimer(std::string_view name, std::chrono::milliseconds interval, TimerHandler& handler) = 0;
  /// At most one for each plugin.
  virtual void onSettings(SettingsHandler& handler) = 0;
  /// Asked in the order in which the plugins were loaded, until one accepts.
  virtual void onNamespace(NamespaceHandler& handler) = 0;
  /// Lower orders are asked first.
  virtual void onHandshake(int order, HandshakeHandler& handler) = 0;
  virtual void onIdentityEnd(IdentityEndHandler& handler) = 0;
  /// `command` must be among those that the identity declares.
  virtual void onCommand(std::string_view command, CommandHandler& handler) = 0;
};

/// The class that a plugin's library exports; each library has one. Poco's ClassLoader creates it.
class CHAT_PLUGIN_API Plugin {
 public:
  virtual ~Plugin();
  /// Before the first event, on a thread that may block. Throws to refuse: the plugin is then not loaded.
  virtual void start(Context& context, Registrar& registrar) = 0;
  /// Called after the last call of a handler has returned. Not called if `start()` has thrown.
  virtual void stop() noexcept {}
};

}  // namespace chat::plugin

#define CHAT_PLUGIN_STRING_(x) #x
#define CHAT_PLUGIN_STRING(x) CHAT_PLUGIN_STRING_(x)
#if defined(__clang__)
#define CHAT_PLUGIN_COMPILER "clang " CHAT_PLUGIN_STRING(__clang_major__)
#else
#define CHAT_PLUGIN_COMPILER "gcc " CHAT_PLUGIN_STRING(__GNUC__)
#endif
#if defined(_LIBCPP_VERSION)
#define CHAT_PLUGIN_STDLIB "libc++"
#elif defined(_GLIBCXX_DEBUG)
#define CHAT_PLUGIN_STDLIB "libstdc++ debug mode"
#elif defined(_GLIBCXX_USE_CXX11_ABI) && _GLIBCXX_USE_CXX11_ABI
#define CHAT_PLUGIN_STDLIB "libstdc++ cxx11"
#else
#define CHAT_PLUGIN_STDLIB "libstdc++ old"
#endif
// Without `retain` a linker told --gc-sections could drop the identity, to which no code refers.
#if defined(__has_attribute)
#if __has_attribute(retain)
#define CHAT_PLUGIN_RETAIN retain,
#endif
#endif
#ifndef CHAT_PLUGIN_RETAIN
#define CHAT_PLUGIN_RETAIN
#endif

/// What a library was built as; the server compares it with its own before it runs any code of the library.
#define CHAT_PLUGIN_BUILD \
  "api " CHAT_PLUGIN_STRING(CHAT_PLUGIN_API_MAJOR) "." CHAT_PLUGIN_STRING(CHAT_PLUGIN_API_MINOR) "\n" \
  "compiler " CHAT_PLUGIN_COMPILER "\n"                                                               \
  "stdlib " CHAT_PLUGIN_STDLIB "\n"                                                                   \
  "poco " CHAT_PLUGIN_STRING(POCO_VERSION) "\n"

/// Puts the identity into the library's section `.chat_plugin`, where the server reads it without running the library,
/// and exports the class for Poco's ClassLoader. Once in each library, outside any namespace:
///
///     CHAT_PLUGIN(LoginPlugin, "login", "1.0.0",
///                 "event login\n"
///                 "setting autoCreate boolean true | An account that doesn't exist is created\n"
///                 "setting tokenHours integer 720 1..87600 | How long a token is valid\n")
///
/// `declarations`: a line for each event (`event NAME`), each command (`command NAME`, named as plugins are) and each
/// setting (`setting KEY boolean|integer|text DEFAULT
/// [MIN..MAX] | what it is`). A text's default with spaces, or an empty one, stands in "quotes" (\" in the source);
/// MIN..MAX bounds an integer's value and a text's length in bytes. The name is `[a-z][a-z0-9-]*`, at most 32 long.
#define CHAT_PLUGIN(PluginClass, name, version, declarations)                                                     \
  extern "C" {                                                                                                    \
  CHAT_PLUGIN_API extern const char chatPluginIdentity[];                                                         \
  __attribute__((section(".chat_plugin"), CHAT_PLUGIN_RETAIN used, aligned(1))) const char chatPluginIdentity[] = \
      "chat-socketio plugin\n" CHAT_PLUGIN_BUILD "name " name "\nversion " version "\nclass " #PluginClass        \
      "\n" declarations;                                                                                          \
  }                                                                                                               \
  POCO_BEGIN_MANIFEST(chat::plugin::Plugin)                                                                       \
  POCO_EXPORT_CLASS(PluginClass)                                                                                  \
  POCO_END_MANIFEST

/// The short form for a plugin that is one handler of one event.
#define CHAT_EVENT_PLUGIN(HandlerClass, event, version)                               \
  namespace {                                                                         \
  class SingleEventPlugin final : public chat::plugin::Plugin {                       \
   public:                                                                            \
    void start(chat::plugin::Context&, chat::plugin::Registrar& registrar) override { \
      registrar.onEvent(event, _handler);                                             \
    }                                                                                 \
                                                                                      \
   private:                                                                           \
    HandlerClass _handler;                                                            \
  };                                                                                  \
  }                                                                                   \
  CHAT_PLUGIN(SingleEventPlugin, event, version, "event " event "\n")
