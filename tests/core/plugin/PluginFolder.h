#pragma once

#include <Poco/AutoPtr.h>

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "data/Database.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/Reply.h"
#include "plugin/api/Request.h"
#include "plugin/call/PluginCall.h"
#include "plugin/folder/PluginHost.h"

namespace chat::plugin {

/// A plugin folder and a run folder of the test's own, removed at its end, and a host for them with its log in memory.
class PluginFolder {
 public:
  PluginFolder();
  ~PluginFolder();

  /// The file of a test plugin as built.
  static std::filesystem::path built(const std::string& name);
  static std::string contents(const std::filesystem::path& file);

  /// Puts a test plugin into the folder; `as` is its file's name there.
  void add(const std::string& name, const std::string& as = "");
  /// As `add()`, with every `from` in the file replaced by `to`, of the same length.
  void addPatched(const std::string& name, const std::string& as, const std::string& from, const std::string& to);
  void write(const std::string& as, const std::string& bytes);
  /// As users drop a file: written under a hidden name, then renamed. The twin answers `answer`, six letters, and is
  /// the newest file of all.
  void dropTwin(const std::string& as, const std::string& answer);
  void remove(const std::string& as) { std::filesystem::remove(folder() / as); }

  std::filesystem::path folder() const { return _root / "plugins"; }
  std::filesystem::path runFolder() const { return _root / "run"; }
  PluginHost::Options options();
  /// A database that is always away, and an emitter that notes.
  HostServices services();

  /// A host of the folder; loads nothing by itself.
  std::unique_ptr<PluginHost> host();
  std::unique_ptr<PluginHost> host(PluginHost::Options options);
  /// What loading made of the file; fails the test where there is no such file.
  static PluginStatus status(const PluginHost& host, const std::string& file);

  std::map<std::string, std::string> properties;
  /// Every line logged by hosts and plugins.
  std::vector<std::string> log() const;
  bool hasLogged(const std::string& part) const;
  /// The names of the events emitted.
  std::vector<std::string> emitted() const;
  /// Whether a library of the run folder is mapped into the process.
  bool hasMapped() const;

 private:
  class LogChannel;
  class RecordingEmitter;
  class NoDatabase;

  std::filesystem::path _root;
  int _drops = 0;
  std::unique_ptr<NoDatabase> _database;
  std::unique_ptr<RecordingEmitter> _emitter;
  Poco::AutoPtr<LogChannel> _channel;
};

/// Calls the handler without a server: the document answered; what the handler throws comes out.
std::string callHandler(EventHandler& handler, std::string_view args = "");

struct Called {
  std::string answer;
  std::optional<CallFailure> failure;
};
/// Calls the event's handler in the table as the gateway does. Fails the test where there is none.
Called callEvent(const HandlerTable& table, std::string_view event, std::string_view args = "");

}  // namespace chat::plugin
