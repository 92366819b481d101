#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <iterator>

#include "app/settings/ConfigTable.h"
#include "app/settings/Configuration.h"

using namespace chat::app;
using namespace std::chrono_literals;

class ConfigurationTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ConfigurationTest);
  CPPUNIT_TEST(fillsTheOptionsOfTheLayers);
  CPPUNIT_TEST(hasADefaultForEverything);
  CPPUNIT_TEST(letsTheEnvironmentWin);
  CPPUNIT_TEST(readsSecretsFromFiles);
  CPPUNIT_TEST(aDollarIsAnOrdinaryCharacter);
  CPPUNIT_TEST(namesEveryBadValue);
  CPPUNIT_TEST(doesNotShowASecret);
  CPPUNIT_TEST(namesUnknownKeysAndTheNearest);
  CPPUNIT_TEST(knowsThePluginsKeys);
  CPPUNIT_TEST(namesAFileThatIsMissing);
  CPPUNIT_TEST(theDeliveredFileDocumentsEveryKey);
  CPPUNIT_TEST_SUITE_END();

 public:
  void fillsTheOptionsOfTheLayers() {
    const auto settings =
        configuration(
            "server.port = 0\nserver.threads = 3\nengine.transports = websocket\n"
            "engine.pingInterval = 300\nsocketio.path = io\nsocketio.namespaces = /,/a, /b\n"
            "engine.maxHttpBufferSize = 2000\ndatabase.engine = mysql\nhtdocs.pages = /a=b.html, c.html\n"
            "engine.cors.origin = https://a.example, /b/\nengine.cors.maxAge = 5\nengine.cookie.sameSite = off\n"
            "engine.httpCompression.enabled = false\n"
            "limits.sendQueue = 65536\ndatabase.file = /tmp/x.db\nhttp.trustedProxies = 10.0.0.0/8,::1\n")
            .settings();
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{0}, settings.server.port);
    CPPUNIT_ASSERT_EQUAL(3U, settings.server.threads);
    CPPUNIT_ASSERT(settings.engine.transports == std::vector<std::string>{"websocket"});
    CPPUNIT_ASSERT(settings.engine.pingInterval == 300ms);
    CPPUNIT_ASSERT_EQUAL(std::string("/io/"), settings.engine.path);
    CPPUNIT_ASSERT((settings.socketio.namespaces == std::vector<std::string>{"/", "/a", "/b"}));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2000}, settings.engine.maxPayload);
    CPPUNIT_ASSERT_EQUAL(std::size_t{2000}, settings.engine.webSocketOptions.limits.maxMessage);
    CPPUNIT_ASSERT((settings.cors.origins == std::vector<std::string>{"https://a.example", "/b/"}));
    CPPUNIT_ASSERT(settings.cors.maxAge == 5 && !settings.engine.cookie.maxAge);
    CPPUNIT_ASSERT(settings.engine.cookie.sameSite.empty());
    CPPUNIT_ASSERT(settings.engine.compressFrom() > 1'000'000'000);
    CPPUNIT_ASSERT(settings.database.engine == chat::data::Dialect::MySql);
    CPPUNIT_ASSERT_EQUAL(std::string("b.html"), settings.htdocs.names.at("/a").string());
    CPPUNIT_ASSERT_EQUAL(std::string("c.html"), settings.htdocs.names.at("/c.html").string());
    CPPUNIT_ASSERT_EQUAL(std::size_t{65536}, settings.loop.sendQueueLimit);
    CPPUNIT_ASSERT_EQUAL(std::string("/tmp/x.db"), settings.database.file.string());
    CPPUNIT_ASSERT(settings.trustedProxies.trusts("10.1.2.3") && settings.trustedProxies.trusts("::1"));
  }

  void hasADefaultForEverything() {
    const auto settings = configuration("").settings();
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{18000}, settings.server.port);
    CPPUNIT_ASSERT(settings.server.threads >= 1);
    CPPUNIT_ASSERT(settings.engine.transports == std::vector<std::string>({"polling", "websocket"}));
    CPPUNIT_ASSERT(settings.engine.allowEio3);
    CPPUNIT_ASSERT((settings.socketio.namespaces == std::vector<std::string>{"/", "/chat"}));
    CPPUNIT_ASSERT_EQUAL(std::string("/socket.io/"), settings.engine.path);
    CPPUNIT_ASSERT(settings.htdocs.folder.is_absolute());
    CPPUNIT_ASSERT(settings.database.file == settings.dataFolder / "chatapp.db");
    CPPUNIT_ASSERT(settings.plugins.folder.is_absolute());
  }

  void letsTheEnvironmentWin() {
    _environment["CHAT_SERVER_PORT"] = "1234";
    _environment["CHAT_LOGIN_TOKEN_HOURS"] = "5";
    const auto read = configuration("server.port = 1\nlogin.tokenHours = 6\nlogin.other = 7\n");
    CPPUNIT_ASSERT_EQUAL(std::uint16_t{1234}, read.settings().server.port);
    CPPUNIT_ASSERT(read.value("login.tokenHours") == "5");
    CPPUNIT_ASSERT(read.value("login.other") == "7");
    CPPUNIT_ASSERT(!read.value("login.missing"));
  }

  void readsSecretsFromFiles() {
    Poco::TemporaryFile secret;
    std::ofstream(secret.path()) << "from the file\n";
    _environment["CHAT_DATABASE_PASSWORD_FILE"] = secret.path();
    CPPUNIT_ASSERT_EQUAL(std::string("from the file"), configuration("").settings().database.password);
    _environment["CHAT_DATABASE_PASSWORD"] = "itself";
    CPPUNIT_ASSERT_EQUAL(std::string("itself"), configuration("").settings().database.password);
    _environment = {{"CHAT_DATABASE_PASSWORD_FILE", "/nonexistent"}};
    CPPUNIT_ASSERT(contains(faultsOf(""), "/nonexistent"));
  }

  void aDollarIsAnOrdinaryCharacter() {
    CPPUNIT_ASSERT_EQUAL(std::string("a${server.port}$"),
                         configuration("database.password = a${server.port}$\n").settings().database.password);
  }

  void namesEveryBadValue() {
    const auto faults = faultsOf("server.port = 70000\nengine.allowUpgrades = perhaps\ndatabase.engine = oracle\n");
    CPPUNIT_ASSERT(contains(faults, "server.port is '70000', but must be an integer from 0 to 65535"));
    CPPUNIT_ASSERT(contains(faults, "engine.allowUpgrades is 'perhaps', but must be true or false"));
    CPPUNIT_ASSERT(contains(faults, "database.engine is 'oracle', but must be one of sqlite, mysql"));
  }

  void doesNotShowASecret() {
    static constexpr ConfigKey Secret{"a.b", ConfigKey::Type::Text, "", "", nullptr, 0, 0, {}, true};
    CPPUNIT_ASSERT(Secret.secret);
    for (const auto& key : configTable()) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(std::string(key.name), contains(std::string(key.name), "password"), key.secret);
    }
  }

  void namesUnknownKeysAndTheNearest() {
    const auto faults = keyFaultsOf("server.prot = 1\nwhat.ever = 2\nserver.port = 3\n", {});
    CPPUNIT_ASSERT_EQUAL(std::string("server.prot is not a key; did you mean server.port?\nwhat.ever is not a key"),
                         faults);
  }

  void knowsThePluginsKeys() {
    const std::string text = "login.tokenHours = 1\nplugin.login.threads = 2\nbroken.x = 3\nplugin.broken.y = 4\n";
    configuration(text).checkKeys({"login.tokenHours", "plugin.login.threads"}, {"broken"});
    CPPUNIT_ASSERT(contains(keyFaultsOf("login.tokenHour = 1\n", {"login.tokenHours"}), "mean login.tokenHours?"));
  }

  void namesAFileThatIsMissing() {
    CPPUNIT_ASSERT_THROW(Configuration("/nonexistent/file.properties"), ConfigurationError);
  }

  void theDeliveredFileDocumentsEveryKey() {
    std::ifstream stream(CHAT_CONF);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    for (const auto& key : configTable()) {
      const auto fallback = key.fallback.empty() ? std::string() : ' ' + std::string(key.fallback);
      const auto line = '\n' + std::string(key.name) + " =" + fallback + '\n';
      const auto at = text.find(line);
      CPPUNIT_ASSERT_MESSAGE("missing, or with another default:" + line, at != std::string::npos);
      const auto commentStart = text.rfind('\n', at - 1) + 1;
      CPPUNIT_ASSERT_EQUAL_MESSAGE("no comment above" + line, '#', text[commentStart]);
    }
    const Configuration delivered(CHAT_CONF);
    delivered.settings();
    delivered.checkKeys({});
  }

 private:
  static bool contains(const std::string& whole, std::string_view part) {
    return whole.find(part) != std::string::npos;
  }

  Configuration configuration(std::string_view text) const {
    const Poco::TemporaryFile file;
    std::ofstream(file.path()) << text;
    return Configuration(file.path(), [this](const std::string& name) -> std::optional<std::string> {
      const auto found = _environment.find(name);
      return found == _environment.end() ? std::nullopt : std::optional(found->second);
    });
  }

  std::string faultsOf(std::string_view text) const {
    try {
      configuration(text).settings();
    } catch (const ConfigurationError& fault) {
      return fault.what();
    }
    return {};
  }

  std::string keyFaultsOf(std::string_view text, const std::vector<std::string>& declared) const {
    try {
      configuration(text).checkKeys(declared);
    } catch (const ConfigurationError& fault) {
      return fault.what();
    }
    return {};
  }

  std::map<std::string, std::string> _environment;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ConfigurationTest);
