#include "app/Application.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>
#include <Poco/Util/HelpFormatter.h>
#include <signal.h>

#include <array>
#include <iostream>
#include <stdexcept>
#include <utility>

#include "app/checks/CheckedSettings.h"
#include "app/command/CommandLine.h"
#include "app/command/CommandProcess.h"
#include "app/log/Logging.h"
#include "app/serving/Rescan.h"
#include "app/serving/Server.h"
#include "app/settings/Configuration.h"
#include "app/settings/LimitWarnings.h"
#include "plugin/file/Refused.h"
#include "plugin/folder/Inspection.h"
#include "plugin/load/Probe.h"

namespace chat::app {
namespace {

using Poco::Util::Option;

constexpr std::array DefaultFiles{"/etc/chat-socketio/chat-socketio.properties", "conf/chat-socketio.properties"};

std::filesystem::path defaultFile() {
  for (const auto* file : DefaultFiles) {
    if (std::filesystem::exists(file)) return file;
  }
  throw ConfigurationError(std::string("there is neither ") + DefaultFiles[0] + " nor ./" + DefaultFiles[1] +
                           "; name a file with --config=FILE");
}

// The signals that main() blocks for this thread: all except SIGHUP end the server.
int awaitSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP}) sigaddset(&signals, number);
  int number = 0;
  while (sigwait(&signals, &number) != 0) continue;
  return number;
}

}  // namespace

Application::Application() {
  setUnixOptions(true);
}

void Application::defineOptions(Poco::Util::OptionSet& options) {
  ServerApplication::defineOptions(options);
  options.addOption(Option("config", "c", "The properties file.").argument("FILE"));
  options.addOption(Option("check-config", "", "Checks the configuration and exits."));
  options.addOption(
      Option("check-plugin", "", "Loads a plugin's file, says whether it can be served, and exits.").argument("FILE"));
  options.addOption(
      Option("list-plugins", "", "Lists the plugin folder and which of its plugins would be served, and exits."));
  options.addOption(Option("rescan", "",
                           "Makes the running server with this configuration look at its plugins, and exits. Asks its "
                           "operations port, or sends SIGHUP to the process in a pid file.")
                        .argument("PIDFILE", false));
  options.addOption(Option("version", "v", "Shows the version and exits."));
  options.addOption(Option("help", "h", "Shows this help and exits."));
}

void Application::handleOption(const std::string& name, const std::string& value) {
  ServerApplication::handleOption(name, value);
  // A daemon changes its working directory.
  if (name == "config") _file = std::filesystem::absolute(value);
  if (name == "check-config") _mode = Mode::Check;
  if (name == "check-plugin") {
    _mode = Mode::CheckPlugin;
    _plugin = std::filesystem::absolute(value);
  }
  if (name == "list-plugins") _mode = Mode::ListPlugins;
  if (name == "rescan") {
    _mode = Mode::Rescan;
    if (!value.empty()) _pidFile = std::filesystem::absolute(value);
  }
  if (name == "version") _mode = Mode::Version;
  if (name == "help") _mode = Mode::Help;
  if (_mode == Mode::Version || _mode == Mode::Help) stopOptionsProcessing();
}

int Application::runWith(const std::vector<std::string>& arguments) {
  Poco::Util::OptionSet options;
  defineOptions(options);
  auto line = CommandLine::split(arguments, options);
  _command = std::move(line.words);
  return run(line.own);
}

int Application::main(const std::vector<std::string>&) {
  if (_mode == Mode::Help) {
    printHelp();
    return EXIT_OK;
  }
  if (_mode == Mode::Version) {
    std::cout << "chat-socketio " CHAT_VERSION "\n";
    return EXIT_OK;
  }
  try {
    if (!_command.empty()) return runCommand();
    if (_mode == Mode::CheckPlugin) return checkPlugin();
    if (_mode == Mode::ListPlugins) return listPlugins();
    if (_mode == Mode::Rescan) return rescan();
    return _mode == Mode::Check ? checkConfiguration() : serve();
  } catch (const ConfigurationError& fault) {
    std::cerr << fault.what() << '\n';
    return EXIT_CONFIG;
  }
}

int Application::checkConfiguration() {
  const auto file = _file.empty() ? defaultFile() : _file;
  startableSettings(Configuration(file));
  std::cout << file.string() << " is valid\n";
  return EXIT_OK;
}

// The server also runs this, in a process of its own, to try a plugin before loading it: the last line on stderr is the
// reason of a refusal.
int Application::checkPlugin() const {
  try {
    std::cout << _plugin.string() << ": " << plugin::checkPlugin(_plugin) << '\n';
    return EXIT_OK;
  } catch (const plugin::Refused& refused) {
    std::cerr << refused.what() << '\n';
    return EXIT_DATAERR;
  }
}

int Application::listPlugins() {
  const Configuration configuration(_file.empty() ? defaultFile() : _file);
  const auto folder = configuration.settings().plugins.folder;
  std::cout << folder.string() << '\n';
  int code = EXIT_OK;
  try {
    for (const auto& file : plugin::inspectFolder(folder)) {
      std::cout << "  " << file.path.filename().string() << ": ";
      if (file.identity) std::cout << file.identity->name << ' ' << file.identity->version;
      std::string separator = ", events ";
      for (const auto& event : file.identity ? file.identity->events : std::vector<std::string>()) {
        std::cout << std::exchange(separator, ", ") << event;
      }
      if (!file.refusal.empty()) {
        std::cout << (file.identity ? ": " : "") << "refused: " << file.refusal;
        code = EXIT_DATAERR;
      }
      std::cout << '\n';
    }
  } catch (const plugin::Refused& refused) {
    throw ConfigurationError("plugins.folder: " + std::string(refused.what()));
  }
  return code;
}

int Application::rescan() const {
  constexpr int NotDone = 1;
  if (!_pidFile.empty()) return rescanByPidFile(_pidFile, std::cout, std::cerr) ? EXIT_OK : NotDone;
  const auto operations = Configuration(_file.empty() ? defaultFile() : _file).settings().operations;
  if (operations.port == 0) {
    throw ConfigurationError("operations.port is 0, so the server can't be asked; name its pid file: --rescan=FILE");
  }
  return rescanAt(operations.address, operations.port, std::cout, std::cerr) ? EXIT_OK : NotDone;
}

int Application::runCommand() {
  if (_mode != Mode::Serve) {
    std::cerr << "chat-socketio: '" << _command.front() << "' and an option that does something else; see --help\n";
    return EXIT_USAGE;
  }
  const Configuration configuration(_file.empty() ? defaultFile() : _file);
  return runCommandHere(
      checkedSettings(configuration), [&](const std::string& name) { return configuration.value(name); }, _command);
}

int Application::serve() {
  if (_file.empty()) _file = defaultFile();
  _configuration = std::make_shared<const Configuration>(_file);
  const auto settings = startableSettings(*_configuration);
  startLogging(settings.logging);
  for (const auto& warning : warningsOf(net::claimSystemLimits(), settings.connections.total)) {
    poco_warning(Poco::Logger::get("app"), warning);
  }
  try {
    Server server(
        settings, [this](const std::string& name) { return configuration()->value(name); },
        [this] { return reload(); });
    server.start();
    while (awaitSignal() == SIGHUP) server.rescanPlugins();
    server.stop();
    return EXIT_OK;
  } catch (const StartInterrupted&) {
    poco_information(Poco::Logger::get("app"), "ended before it served");
    return EXIT_OK;
  } catch (const std::invalid_argument& fault) {  // an invalid option
    throw ConfigurationError(fault.what());
  } catch (const Poco::Exception& fault) {
    poco_fatal(Poco::Logger::get("app"), "the server can't start: " + fault.displayText());
  } catch (const std::exception& fault) {
    poco_fatal(Poco::Logger::get("app"), std::string("the server can't start: ") + fault.what());
  }
  return EXIT_SOFTWARE;
}

// Reads the configuration again, for the plugins' settings only; the server's own are read at the start.
bool Application::reload() {
  try {
    auto anew = std::make_shared<const Configuration>(_file);
    checkedSettings(*anew);
    const std::lock_guard lock(_mutex);
    _configuration = std::move(anew);
    return true;
  } catch (const std::exception& fault) {  // also if the server's working directory was removed
    poco_error(Poco::Logger::get("app"), std::string("the new configuration is not used: ") + fault.what());
    return false;
  }
}

std::shared_ptr<const Configuration> Application::configuration() const {
  const std::lock_guard lock(_mutex);
  return _configuration;
}

void Application::printHelp() {
  Poco::Util::HelpFormatter help(options());
  help.setUnixStyle(true);
  help.setCommand("chat-socketio");
  help.setUsage("[OPTION …] [COMMAND …]");
  help.setHeader("A Socket.IO server whose event handlers are plugins. Without --config it reads " +
                 std::string(DefaultFiles[0]) + " or ./" + DefaultFiles[1] + ".");
  help.setFooter(
      "A COMMAND is one of a plugin, \"user\" for instance: by itself it says what it takes. Any key may be set in the "
      "environment: server.port as CHAT_SERVER_PORT.");
  help.format(std::cout);
}

}  // namespace chat::app
