#pragma once

#include <Poco/Util/OptionSet.h>
#include <Poco/Util/ServerApplication.h>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace chat::app {

class Configuration;

/// The program: command line, configuration, logging, life and end of the Server.
///
/// A plugin's command and its words may stand among the options; see CommandLine.
///
/// Exit codes: 0; those of runCommandHere(); 1 where a running server couldn't be made to look at its plugins, or
/// refused one; 64 for a command line and 78 for a configuration that can't be used, with the reason on stderr; 70
/// where the server can't start for what the machine is to blame, so that a service manager may try again.
class Application final : public Poco::Util::ServerApplication {
 public:
  Application();

  /// Runs the server, or what the command line names. Gives the exit code.
  int runWith(const std::vector<std::string>& arguments);

 private:
  enum class Mode { Serve, Check, CheckPlugin, ListPlugins, Rescan, Version, Help };

  void defineOptions(Poco::Util::OptionSet& options) override;
  void handleOption(const std::string& name, const std::string& value) override;
  int main(const std::vector<std::string>& arguments) override;
  int checkConfiguration();
  int checkPlugin() const;
  int listPlugins();
  int rescan() const;
  int runCommand();
  int serve();
  bool reload();
  std::shared_ptr<const Configuration> configuration() const;
  void printHelp();

  Mode _mode = Mode::Serve;
  std::vector<std::string> _command;  // a plugin's and its words; empty for none
  std::filesystem::path _file;
  std::filesystem::path _plugin;
  std::filesystem::path _pidFile;  // of the server to be told to look; empty: its operations port is asked
  mutable std::mutex _mutex;
  std::shared_ptr<const Configuration> _configuration;  // replaced as a whole when it is read anew
};

}  // namespace chat::app
