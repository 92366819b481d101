#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/StreamCopier.h>
#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <stdexcept>

#include "app/serving/Server.h"

using namespace chat;

class ServerTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(ServerTest);
  CPPUNIT_TEST(servesPagesAndProbes);
  CPPUNIT_TEST(servesTheBrowsersClient);
  CPPUNIT_TEST(tellsPagesWhereItsClientIs);
  CPPUNIT_TEST(writesItsPort);
  CPPUNIT_TEST(endsWithConnectionsOpen);
  CPPUNIT_TEST(saysThatTheClientIsMissing);
  CPPUNIT_TEST(saysThatThePortIsTaken);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    _folder = Poco::TemporaryFile::tempName();
    write(_folder / "htdocs/login.html", "<p>login</p>");
    write(_folder / "client/socket.io.js", "client");
    write(_folder / "client/package.json", "{}");
    _settings.server.address = "127.0.0.1";
    _settings.server.threads = 2;
    _settings.htdocs.folder = _folder / "htdocs";
    _settings.htdocs.names = {{"/login", "login.html"}};
    _settings.home = "/login";
    _settings.clientFiles.folder = _folder / "client";
    _settings.database.file = _folder / "data/chatapp.db";
    _settings.database.schema = CHAT_SCHEMA;
    _settings.plugins.folder = _folder / "plugins";
    _settings.plugins.runFolder = _folder / "run";
    std::filesystem::create_directory(_settings.plugins.folder);
  }
  void tearDown() override { std::filesystem::remove_all(_folder); }

  void servesPagesAndProbes() {
    app::Server server(_settings, noProperties());
    server.start();
    CPPUNIT_ASSERT_EQUAL(std::string("302 "), get(server, "/"));
    CPPUNIT_ASSERT_EQUAL(std::string("200 <p>login</p>"), get(server, "/login"));
    CPPUNIT_ASSERT_EQUAL(std::string("200 alive\n"), get(server, "/healthz"));
    CPPUNIT_ASSERT_EQUAL(std::string("200 ready\n"), get(server, "/readyz"));
    CPPUNIT_ASSERT(get(server, "/nothing").starts_with("404"));
  }

  void servesTheBrowsersClient() {
    {
      app::Server server(_settings, noProperties());
      server.start();
      CPPUNIT_ASSERT_EQUAL(std::string("200 client"), get(server, "/socket.io/socket.io.js"));
      CPPUNIT_ASSERT(get(server, "/socket.io/package.json").starts_with("4"));
    }
    write(_folder / "client/socket.io.js", "/*!\n * Socket.IO v4.8.4\n * (c)\n */");
    app::Server versioned(_settings, noProperties());
    versioned.start();
    Poco::Net::HTTPClientSession session("127.0.0.1", versioned.port());
    Poco::Net::HTTPRequest request("GET", "/socket.io/socket.io.js", "HTTP/1.1");
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    session.receiveResponse(response);
    CPPUNIT_ASSERT_EQUAL(std::string("\"4.8.4\""), response.get("ETag"));
    CPPUNIT_ASSERT_EQUAL(std::string("public, max-age=0"), response.get("Cache-Control"));
  }

  void tellsPagesWhereItsClientIs() {
    {
      app::Server server(_settings, noProperties());
      server.start();
      CPPUNIT_ASSERT(get(server, "/client.js").find("import \"./socket.io/socket.io.js\";") != std::string::npos);
    }
    write(_folder / "client/socket.io.min.js", "client");
    _settings.engine.path = "/a \"b/";
    {
      app::Server server(_settings, noProperties());
      server.start();
      const auto module = get(server, "/client.js");
      CPPUNIT_ASSERT(module.find("import \"./a%20%22b/socket.io.min.js\";") != std::string::npos);
      CPPUNIT_ASSERT(module.find("new URL(\"./a%20%22b/\", import.meta.url)") != std::string::npos);
    }
    write(_folder / "htdocs/client.js", "the operator's own");
    app::Server server(_settings, noProperties());
    server.start();
    CPPUNIT_ASSERT_EQUAL(std::string("200 the operator's own"), get(server, "/client.js"));
  }

  void writesItsPort() {
    _settings.server.portFile = _folder / "port";
    app::Server server(_settings, noProperties());
    server.start();
    int port = 0;
    std::ifstream(_folder / "port") >> port;
    CPPUNIT_ASSERT_EQUAL(static_cast<int>(server.port()), port);
    CPPUNIT_ASSERT(port > 0);
  }

  void endsWithConnectionsOpen() {
    app::Server server(_settings, noProperties());
    server.start();
    Poco::Net::HTTPClientSession session("127.0.0.1", server.port());
    session.setKeepAlive(true);
    CPPUNIT_ASSERT(get(session, "/healthz").starts_with("200"));
    server.stop();
    server.stop();
    Poco::Net::HTTPClientSession late("127.0.0.1", server.port());
    CPPUNIT_ASSERT_THROW(get(late, "/healthz"), Poco::Exception);
  }

  void saysThatTheClientIsMissing() {
    std::filesystem::remove(_folder / "client/socket.io.js");
    CPPUNIT_ASSERT_THROW(app::Server(_settings, noProperties()), std::runtime_error);
    _settings.clientFiles.serve = false;
    const app::Server server(_settings, noProperties());
  }

  void saysThatThePortIsTaken() {
    const Poco::Net::ServerSocket other(Poco::Net::SocketAddress("127.0.0.1", 0));
    _settings.server.port = other.address().port();
    app::Server server(_settings, noProperties());
    CPPUNIT_ASSERT_THROW(server.start(), Poco::Exception);
  }

 private:
  static void write(const std::filesystem::path& path, std::string_view content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << content;
  }

  static plugin::PropertySource noProperties() {
    return [](const std::string&) { return std::nullopt; };
  }

  // Status and body.
  static std::string get(Poco::Net::HTTPClientSession& session, const std::string& path) {
    Poco::Net::HTTPRequest request("GET", path, "HTTP/1.1");
    session.sendRequest(request);
    Poco::Net::HTTPResponse response;
    auto& stream = session.receiveResponse(response);
    std::string body;
    Poco::StreamCopier::copyToString(stream, body);
    return std::to_string(response.getStatus()) + ' ' + (response.getStatus() == 302 ? std::string() : body);
  }
  static std::string get(const app::Server& server, const std::string& path) {
    Poco::Net::HTTPClientSession session("127.0.0.1", server.port());
    return get(session, path);
  }

  std::filesystem::path _folder;
  app::Settings _settings;
};

CPPUNIT_TEST_SUITE_REGISTRATION(ServerTest);
