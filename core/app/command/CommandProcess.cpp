#include "app/command/CommandProcess.h"

#include <Poco/Logger.h>
#include <Poco/Util/Application.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

#include "app/command/Terminal.h"
#include "app/log/Logging.h"
#include "app/settings/Configuration.h"
#include "data/database/SqlDatabase.h"
#include "plugin/context/StreamEmitter.h"
#include "plugin/file/Refused.h"
#include "plugin/folder/Inspection.h"
#include "plugin/folder/PluginHost.h"
#include "plugin/settings/PluginSelection.h"
#include "plugin/table/Commands.h"

namespace chat::app {
namespace {

namespace fs = std::filesystem;
using Exit = Poco::Util::Application;
constexpr int NotDone = 1;

/// There are no sockets here.
class Nobody final : public plugin::StreamEmitter {
 public:
  void emitIn(plugin::Stream, const plugin::Target&, std::string_view, std::string_view, const plugin::EmitOptions&,
              std::span<const std::string_view>) override {}
  void join(const plugin::Target&, std::string_view) override {}
  void leave(const plugin::Target&, std::string_view) override {}
  void disconnect(const plugin::Target&, bool) override {}
  void revoke(std::string_view) override {}
};

/// A command that comes from the command line.
class TypedCommand final : public plugin::CommandCall {
 public:
  explicit TypedCommand(const std::vector<std::string>& words) : _words(words.begin() + 1, words.end()) {}
  std::span<const std::string_view> words() const noexcept override { return _words; }
  std::string_view secret(std::string_view prompt) override {
    if (!_secret) _secret = readSecret(prompt);
    return *_secret;
  }
  void print(std::string_view text) override { std::cout << text << std::flush; }
  bool isAtCommandLine() const noexcept override { return true; }

 private:
  std::vector<std::string_view> _words;
  std::optional<std::string> _secret;
};

/// The folder from which this process maps its plugin, since the running server uses its own. Removed by the
/// destructor.
class OwnRunFolder {
 public:
  explicit OwnRunFolder(const fs::path& server) : _path(server) { _path += "-" + std::to_string(::getpid()); }
  ~OwnRunFolder() {
    std::error_code ignored;
    fs::remove_all(_path, ignored);
  }
  OwnRunFolder(const OwnRunFolder&) = delete;
  OwnRunFolder& operator=(const OwnRunFolder&) = delete;
  const fs::path& path() const noexcept { return _path; }

 private:
  fs::path _path;
};

/// The plugin that declares the command; empty if none does.
std::string pluginWith(const std::string& command, const fs::path& folder) {
  for (const auto& file : plugin::inspectFolder(folder)) {
    if (!file.identity) continue;
    const auto& commands = file.identity->commands;
    if (std::find(commands.begin(), commands.end(), command) != commands.end()) return file.identity->name;
  }
  return {};
}

// Files that this process creates or changes would not be accessible to a server of another user.
void requireOwner(const data::Options& database) {
  struct stat file {};
  if (database.engine != data::Dialect::Sqlite || ::stat(database.file.c_str(), &file) != 0) return;
  if (file.st_uid == ::geteuid()) return;
  throw ConfigurationError("database.file " + database.file.string() + " belongs to the user with the number " +
                           std::to_string(file.st_uid) + ": run the command as the user that runs the server");
}

int report(const plugin::CallFailure& failure) {
  std::cerr << failure.text << '\n';
  switch (failure.kind) {
    case plugin::CallFailure::Kind::Refusal:
      return failure.code == 400 ? Exit::EXIT_USAGE : NotDone;
    case plugin::CallFailure::Kind::Unavailable:
      return Exit::EXIT_TEMPFAIL;
    case plugin::CallFailure::Kind::Fault:
      break;
  }
  return Exit::EXIT_SOFTWARE;
}

// main() blocks the signals for a server, which waits for them; a command is ended by them.
void letSignalsEndThis() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace

int runCommandHere(const Settings& settings, const plugin::PropertySource& properties,
                   const std::vector<std::string>& words) {
  const auto& command = words.front();
  const auto name = pluginWith(command, settings.plugins.folder);
  if (name.empty()) {
    std::cerr << "chat-socketio: '" << command << "' is neither an option nor the command of a plugin; see --help\n";
    return Exit::EXIT_USAGE;
  }
  if (const auto reason = plugin::PluginSelection::read(properties).reasonAgainst(name); !reason.empty()) {
    throw ConfigurationError("the plugin " + name + ", which has the command '" + command +
                             "', is not loaded: " + reason);
  }
  requireOwner(settings.database);
  letSignalsEndThis();
  startLogging({"warning", settings.logging.format, "stderr"});

  const OwnRunFolder runFolder(settings.plugins.runFolder);
  data::SqlDatabase database(settings.database);
  Nobody nobody;
  plugin::PluginHost::Options options;
  options.folder = settings.plugins.folder;
  options.runFolder = runFolder.path();
  options.digests = settings.plugins.digests;
  options.properties = [&](const std::string& key) {
    return key == "plugins.enabled" ? std::optional(name) : properties(key);
  };
  try {
    database.start();
    plugin::PluginHost host(options, {database, nobody, nullptr, &database}, Poco::Logger::get("plugins"));
    host.load();
    if (!host.tables().current()->findCommand(command)) return Exit::EXIT_SOFTWARE;  // the reason was logged
    TypedCommand call(words);
    const auto failure = plugin::runCommand(host.tables(), command, call);
    return failure ? report(*failure) : Exit::EXIT_OK;
  } catch (const data::Unavailable& fault) {
    std::cerr << "the database can't be reached: " << fault.what() << '\n';
    return Exit::EXIT_TEMPFAIL;
  } catch (const plugin::Refused& refused) {
    throw ConfigurationError(refused.what());
  }
}

}  // namespace chat::app
