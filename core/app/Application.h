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

/// The program: command line, configuration, logging, start and end of the Server.
///
/// The command line may have a plugin's command with its words; see CommandLine.
///
/// Exit codes: 0; those of runCommandHere(); 1 if a running server couldn't be made to rescan its plugins, or refused
/// one; 64 for an invalid command line and 78 for an invalid configuration, with the reason on stderr; 70 if the server
/// can't start because of the machine (a port in use, a database away), so that a service manager may try again.
class Application final : public Poco::Util::ServerApplication {
 public:
  Application();

  /// Runs the server or the command of the command line. Returns the exit code.
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
  std::vector<std::string> _command;  // a plugin's command and its words; empty: none
  std::filesystem::path _file;
  std::filesystem::path _plugin;
  std::filesystem::path _pidFile;  // of the server that is to rescan; empty: it is asked at its operations port
  mutable std::mutex _mutex;
  std::shared_ptr<const Configuration> _configuration;  // replaced as a whole when it is read again
};

}  // namespace chat::app
