#include <Poco/Logger.h>

#include <filesystem>

#include "login/Token.h"
#include "plugin/folder/PluginHost.h"
#include "plugins/support/ChatFixture.h"

namespace chat::test {

/// The plugins' libraries, loaded as by the server; the handlers' own tests use no library.
class LibrariesTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(LibrariesTest);
  CPPUNIT_TEST(allAreServed);
  CPPUNIT_TEST(settingsReachTheHandlers);
  CPPUNIT_TEST(exceptionsCrossTheBoundary);
  CPPUNIT_TEST(aConversation);
  CPPUNIT_TEST_SUITE_END();

 public:
  void tearDown() override {
    _host.reset();
    std::filesystem::remove_all(_runFolder);
    ChatFixture::tearDown();
  }

 private:
  void load(const std::map<std::string, std::string>& properties = {}) {
    _runFolder = std::filesystem::temp_directory_path() / ("chat-plugins-run-" + login::makeToken());
    plugin::PluginHost::Options options;
    options.folder = CHAT_PLUGIN_DIR;
    options.runFolder = _runFolder;
    options.properties = [properties](const std::string& name) -> std::optional<std::string> {
      const auto found = properties.find(name);
      return found == properties.end() ? std::nullopt : std::optional(found->second);
    };
    _host = std::make_unique<plugin::PluginHost>(
        options, plugin::HostServices{database(), emitter, nullptr, &database()}, Poco::Logger::get("libraries-test"));
    _host->load();
  }
  Answer send(FakeSocket& socket, const std::string& event, const std::string& document) {
    const auto table = _host->tables().current();
    return socket.send(*table->find(event)->handler, event, document);
  }
  Answer logIn(FakeSocket& socket, const std::string& name, const std::string& password = "correct horse") {
    return send(
        socket, "login",
        R"({"data":{"type":"login","user_auth":{"username":")" + name + R"(","password":")" + password + "\"}}}");
  }

  void allAreServed() {
    load();
    const auto table = _host->tables().current();
    for (const char* event : {"login", "logout", "messages", "msgsearch", "receipts", "conversations", "presence"}) {
      CPPUNIT_ASSERT_MESSAGE(event, table->find(event) != nullptr);
      CPPUNIT_ASSERT(table->find(event)->execution == plugin::Execution::Worker);
    }
    CPPUNIT_ASSERT(table->find("typing")->execution == plugin::Execution::Inline);
    CPPUNIT_ASSERT_EQUAL(std::size_t{3}, table->connects().size());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("who is asking comes first", 10, table->connects()[0].order);
    CPPUNIT_ASSERT_EQUAL(100, table->connects()[1].order);
    CPPUNIT_ASSERT_EQUAL(200, table->connects()[2].order);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, table->disconnects().size());
  }

  void settingsReachTheHandlers() {
    load({{"login.autoCreate", "false"}});
    FakeSocket socket;
    CPPUNIT_ASSERT_EQUAL(401, logIn(socket, "ann").code());
    _host.reset();
    load({{"messages.textCharacters", "3"}});
    logIn(socket, "ann");
    CPPUNIT_ASSERT_EQUAL(
        413,
        send(socket, "messages", R"({"data":{"type":"msg","message":{"rid":"ann","message_data":"four"}}})").code());
  }

  void exceptionsCrossTheBoundary() {
    load();
    FakeSocket socket;
    // AppError thrown by the library; data::DuplicateKey thrown by the server's database and caught in the library.
    CPPUNIT_ASSERT_EQUAL(400, send(socket, "login", "{").code());
    logIn(socket, "ann");
    const std::string message = R"({"data":{"type":"msg","lid":"l","message":{"rid":"ann","message_data":"x"}}})";
    CPPUNIT_ASSERT(send(socket, "messages", message).document == send(socket, "messages", message).document);
    // AppError through the database, which keeps it while it rolls back.
    CPPUNIT_ASSERT_EQUAL(
        404,
        send(socket, "messages", R"({"data":{"type":"msg","message":{"rid":"nobody","message_data":"x"}}})").code());
  }

  void aConversation() {
    load();
    FakeSocket ann;
    FakeSocket bob("192.0.2.2");
    logIn(ann, "ann");
    const std::string token = logIn(bob, "bob").text("/meta/token");
    send(ann, "messages", R"({"data":{"type":"msg","message":{"rid":"bob","message_data":"hello"}}})");

    FakeSocket back;
    const auto table = _host->tables().current();
    std::vector<plugin::ConnectHandler*> handlers;
    for (const auto& entry : table->connects()) handlers.push_back(entry.handler);
    const std::string auth = R"({"since":"0","token":")" + token + "\"}";
    CPPUNIT_ASSERT_EQUAL(0, back.connect(handlers, auth).code());
    CPPUNIT_ASSERT(back.isHeld());
    FakeReplay replay;
    handlers[1]->connected(back, auth, replay);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, replay.emits.size());

    const Answer found = send(back, "msgsearch", R"({"data":{"type":"msg","message":{"sid":"ann","rid":"bob"}}})");
    CPPUNIT_ASSERT_EQUAL(std::string("hello"), found.text("/data/0/message/message_data"));
    CPPUNIT_ASSERT_EQUAL(0, send(back, "logout", "").status);
    CPPUNIT_ASSERT_EQUAL(401, back.connect(handlers, auth).code());
  }

  std::filesystem::path _runFolder;
  std::unique_ptr<plugin::PluginHost> _host;
};

CHAT_DATABASE_TEST_REGISTRATION(LibrariesTest);

}  // namespace chat::test
