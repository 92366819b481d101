#include "core/plugin/PluginFolder.h"

#include <Poco/Channel.h>
#include <Poco/Message.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <mutex>
#include <sstream>
#include <stdexcept>

#include "support/PlainCaller.h"

namespace chat::plugin {

class PluginFolder::LogChannel final : public Poco::Channel {
 public:
  void log(const Poco::Message& message) override {
    const std::lock_guard lock(_mutex);
    _lines.push_back(message.getSource() + ": " + message.getText());
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(_mutex);
    return _lines;
  }

 private:
  mutable std::mutex _mutex;
  std::vector<std::string> _lines;
};

class PluginFolder::RecordingEmitter final : public StreamEmitter {
 public:
  void emitIn(Stream, const Target&, std::string_view event, std::string_view, const EmitOptions&,
              std::span<const std::string_view>) override {
    _events.emplace_back(event);
  }
  void join(const Target&, std::string_view) override {}
  void leave(const Target&, std::string_view) override {}
  void disconnect(const Target&, bool) override {}
  void revoke(std::string_view) override {}
  const std::vector<std::string>& events() const { return _events; }

 private:
  std::vector<std::string> _events;
};

class PluginFolder::NoDatabase final : public data::Database {
 public:
  data::Dialect dialect() const noexcept override { return data::Dialect::Sqlite; }
  void read(const data::Work&) override { throw data::Unavailable("none here"); }
  void transaction(const data::Work&) override { throw data::Unavailable("none here"); }
  void commitTogether(const data::Work&, std::function<void()>) override { throw data::Unavailable("none here"); }
};

PluginFolder::PluginFolder()
    : _database(std::make_unique<NoDatabase>()),
      _emitter(std::make_unique<RecordingEmitter>()),
      _channel(new LogChannel) {
  auto name = (std::filesystem::temp_directory_path() / "chat-plugins-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for the test");
  _root = name;
  std::filesystem::create_directory(folder());
}

PluginFolder::~PluginFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(_root, ignored);
}

std::filesystem::path PluginFolder::built(const std::string& name) {
  return std::filesystem::path(CHAT_TEST_PLUGINS) / (name + ".so");
}

std::string PluginFolder::contents(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

void PluginFolder::write(const std::string& as, const std::string& bytes) {
  std::ofstream(folder() / as, std::ios::binary) << bytes;
}

void PluginFolder::add(const std::string& name, const std::string& as) {
  std::filesystem::copy_file(built(name), folder() / (as.empty() ? name + ".so" : as));
}

void PluginFolder::addPatched(const std::string& name, const std::string& as, const std::string& from,
                              const std::string& to) {
  CPPUNIT_ASSERT_EQUAL(from.size(), to.size());
  auto bytes = contents(built(name));
  std::size_t replaced = 0;
  for (auto at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size()), ++replaced) {
    bytes.replace(at, from.size(), to);
  }
  CPPUNIT_ASSERT_MESSAGE("nothing to patch", replaced > 0);
  write(as, bytes);
}

void PluginFolder::dropTwin(const std::string& as, const std::string& answer) {
  addPatched("twin-a", ".dropped", "\"twin-a\"", '"' + answer + '"');
  const auto hidden = folder() / ".dropped";
  std::filesystem::last_write_time(hidden, std::filesystem::last_write_time(hidden) + std::chrono::seconds(++_drops));
  std::filesystem::rename(hidden, folder() / as);
}

PluginHost::Options PluginFolder::options() {
  PluginHost::Options options;
  options.folder = folder();
  options.runFolder = runFolder();
  options.properties = [this](const std::string& name) -> std::optional<std::string> {
    const auto found = properties.find(name);
    return found == properties.end() ? std::nullopt : std::optional(found->second);
  };
  return options;
}

HostServices PluginFolder::services() {
  return {*_database, *_emitter};
}

std::unique_ptr<PluginHost> PluginFolder::host() {
  return host(options());
}

std::unique_ptr<PluginHost> PluginFolder::host(PluginHost::Options options) {
  Poco::Logger::root().setChannel(_channel);
  Poco::Logger::root().setLevel(Poco::Message::PRIO_TRACE);
  for (const char* const logger : {"plugins", "plugin.good"}) {
    Poco::Logger::get(logger).setChannel(_channel);
    Poco::Logger::get(logger).setLevel(Poco::Message::PRIO_TRACE);
  }
  return std::make_unique<PluginHost>(std::move(options), services(), Poco::Logger::get("plugins"));
}

PluginStatus PluginFolder::status(const PluginHost& host, const std::string& file) {
  for (const auto& status : host.overview()->files) {
    if (status.file == file) return status;
  }
  CPPUNIT_FAIL("no such file: " + file);
  throw std::logic_error("not reached");
}

std::vector<std::string> PluginFolder::log() const {
  return _channel->lines();
}

bool PluginFolder::hasLogged(const std::string& part) const {
  const auto lines = log();
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

std::vector<std::string> PluginFolder::emitted() const {
  return _emitter->events();
}

bool PluginFolder::hasMapped() const {
  return contents("/proc/self/maps").find(runFolder().string() + "/") != std::string::npos;
}

namespace {

class PlainRequest final : public Request {
 public:
  PlainRequest(std::string_view event, std::string_view args) : _event(event), _args(args) {}
  std::string_view event() const noexcept override { return _event; }
  std::string_view args() const noexcept override { return _args; }
  std::string_view document() const noexcept override { return _args; }
  std::size_t attachmentCount() const noexcept override { return 0; }
  std::string_view attachment(std::size_t) const noexcept override { return {}; }
  bool wantsAck() const noexcept override { return false; }
  const Caller& caller() const noexcept override { return _caller; }

 private:
  std::string_view _event;
  std::string_view _args;
  test::PlainCaller _caller;
};

class RecordingReply final : public test::PlainReply {
 public:
  void answer(int, std::string_view document) override { answered = document; }

  std::string answered;
};

}  // namespace

std::string callHandler(EventHandler& handler, std::string_view args) {
  const PlainRequest request("event", args);
  RecordingReply reply;
  handler.handle(request, reply);
  return reply.answered;
}

Called callEvent(const HandlerTable& table, std::string_view event, std::string_view args) {
  const auto* const route = table.find(event);
  CPPUNIT_ASSERT_MESSAGE("no handler", route != nullptr);
  const auto guard = route->plugin->enter();
  CPPUNIT_ASSERT_MESSAGE("retired", bool(guard));
  Called called;
  called.failure = callPlugin([&] { called.answer = callHandler(*route->handler, args); });
  return called;
}

}  // namespace chat::plugin
