#include <Poco/TemporaryFile.h>
#include <cppunit/extensions/HelperMacros.h>

#include <fstream>
#include <set>
#include <stdexcept>

#include "http/StaticFiles.h"

using namespace chat;

namespace {

// An exchange that keeps the answer.
class Recorder final : public http::Exchange {
 public:
  http::Request& request() noexcept override { return _request; }
  net::Loop& loop() noexcept override { std::abort(); }
  const std::string& clientAddress() noexcept override { return _request.path; }
  bool secure() noexcept override { return false; }
  std::string_view host() noexcept override { return _request.field("Host"); }
  std::string_view forwardedPort() noexcept override { return {}; }
  std::vector<http::Field>& answerFields() noexcept override { return _answerFields; }
  void respond(http::Response response) override { answer = std::move(response); }
  void respondAndClose(http::Response response) override { answer = std::move(response); }
  net::Connection& upgrade(const std::vector<http::Field>&, std::unique_ptr<net::ConnectionHandler>) override {
    std::abort();
  }
  void moveTo(net::Loop&) override {}
  void setAbortListener(http::AbortListener*) noexcept override {}

  std::string field(std::string_view name) const {
    for (const auto& [key, value] : answer.fields) {
      if (key == name) return value;
    }
    return {};
  }
  http::Response answer;

 private:
  http::Request _request;
  std::vector<http::Field> _answerFields;
};

void write(const std::filesystem::path& path, std::string_view content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

class StaticFilesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(StaticFilesTest);
  CPPUNIT_TEST(servesFilesWithTheirTypes);
  CPPUNIT_TEST(servesNamedFiles);
  CPPUNIT_TEST(sendsSecurityFieldsWithEveryAnswer);
  CPPUNIT_TEST(knowsNothingOutsideTheFolder);
  CPPUNIT_TEST(answers304IfTheClientHasIt);
  CPPUNIT_TEST(servesRanges);
  CPPUNIT_TEST(servesWhatTheClientCanUnpack);
  CPPUNIT_TEST(hasOneTagForAVersion);
  CPPUNIT_TEST(refusesAFolderThatIsTooLarge);
  CPPUNIT_TEST(refusesWhatIsMissing);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    _folder = Poco::TemporaryFile::tempName();
    write(_folder / "root/login.html", "<p>login</p>");
    write(_folder / "root/css/chat.css", "0123456789");
    write(_folder / "root/empty.js", "");
    write(_folder / "root/.hidden", "secret");
    write(_folder / "root/.git/config", "secret");
    write(_folder / "secret.txt", "secret");
    std::filesystem::create_symlink("../secret.txt", _folder / "root/link.txt");
    std::filesystem::create_symlink("login.html", _folder / "root/inside.html");
  }
  void tearDown() override { std::filesystem::remove_all(_folder); }

  void servesFilesWithTheirTypes() {
    const auto page = get("/login.html");
    CPPUNIT_ASSERT_EQUAL(200, page.answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), page.field("Content-Type"));
    CPPUNIT_ASSERT(page.answer.body.view() == "<p>login</p>");
    CPPUNIT_ASSERT_EQUAL(std::string("text/css; charset=utf-8"), get("/css/chat.css").field("Content-Type"));
    CPPUNIT_ASSERT_EQUAL(std::string("text/javascript; charset=utf-8"), get("/empty.js").field("Content-Type"));
    CPPUNIT_ASSERT(get("/inside.html").answer.body.view() == "<p>login</p>");
  }

  void servesNamedFiles() {
    CPPUNIT_ASSERT(get("/login").answer.body.view() == "<p>login</p>");
    CPPUNIT_ASSERT_EQUAL(std::string("text/html; charset=utf-8"), get("/login").field("Content-Type"));
    CPPUNIT_ASSERT(get("/given").answer.body.view() == "secret");
  }

  void sendsSecurityFieldsWithEveryAnswer() {
    for (const char* path : {"/login", "/css/chat.css", "/missing"}) {
      const auto got = get(path);
      CPPUNIT_ASSERT(got.field("Content-Security-Policy").starts_with("default-src 'self'"));
      CPPUNIT_ASSERT(got.field("Content-Security-Policy").find("unsafe") == std::string::npos);
      CPPUNIT_ASSERT_EQUAL(std::string("nosniff"), got.field("X-Content-Type-Options"));
      CPPUNIT_ASSERT_EQUAL(std::string("DENY"), got.field("X-Frame-Options"));
      CPPUNIT_ASSERT_EQUAL(std::string("no-referrer"), got.field("Referrer-Policy"));
      CPPUNIT_ASSERT_EQUAL(std::string("no-cache"), got.field("Cache-Control"));
    }
  }

  void knowsNothingOutsideTheFolder() {
    for (const char* path : {"/", "/css", "/css/", "/missing", "/.hidden", "/.git/config", "/link.txt",
                             "/../secret.txt", "//login.html", "/LOGIN.HTML", ""}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(path, 404, get(path).answer.status);
    }
  }

  void answers304IfTheClientHasIt() {
    const auto etag = get("/login").field("ETag");
    CPPUNIT_ASSERT(etag.size() > 10 && etag.front() == '"' && etag.back() == '"');
    CPPUNIT_ASSERT(etag != get("/css/chat.css").field("ETag"));
    for (const auto& field : {etag, "W/" + etag, "\"x\", " + etag, std::string("*")}) {
      const auto got = get("/login", {{"If-None-Match", field}});
      CPPUNIT_ASSERT_EQUAL(304, got.answer.status);
      CPPUNIT_ASSERT_EQUAL(etag, got.field("ETag"));
      CPPUNIT_ASSERT(!got.answer.body);
    }
    CPPUNIT_ASSERT_EQUAL(200, get("/login", {{"If-None-Match", "\"x\""}}).answer.status);
  }

  void servesRanges() {
    const auto part = get("/css/chat.css", {{"Range", "bytes=2-4"}});
    CPPUNIT_ASSERT_EQUAL(206, part.answer.status);
    CPPUNIT_ASSERT(part.answer.body.view() == "234");
    CPPUNIT_ASSERT_EQUAL(std::string("bytes 2-4/10"), part.field("Content-Range"));
    const auto outside = get("/css/chat.css", {{"Range", "bytes=10-"}});
    CPPUNIT_ASSERT_EQUAL(416, outside.answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("bytes */10"), outside.field("Content-Range"));
    const auto etag = part.field("ETag");
    CPPUNIT_ASSERT_EQUAL(206, get("/css/chat.css", {{"Range", "bytes=2-4"}, {"If-Range", etag}}).answer.status);
    CPPUNIT_ASSERT_EQUAL(200, get("/css/chat.css", {{"Range", "bytes=2-4"}, {"If-Range", "\"x\""}}).answer.status);
    CPPUNIT_ASSERT_EQUAL(200, get("/css/chat.css", {{"Range", "bytes=0-1,3-4"}}).answer.status);
  }

  void servesWhatTheClientCanUnpack() {
    const std::string text(5000, 'x');
    write(_folder / "root/long.js", text);
    write(_folder / "root/long.png", text);
    const auto plain = get("/long.js");
    CPPUNIT_ASSERT(plain.answer.body.view() == text);
    CPPUNIT_ASSERT_EQUAL(std::string("Accept-Encoding"), plain.field("Vary"));
    std::set<std::string> tags{plain.field("ETag")};
    for (const auto* coding : {"br", "gzip", "deflate"}) {
      const auto packed = get("/long.js", {{"Accept-Encoding", coding}});
      CPPUNIT_ASSERT_EQUAL(std::string(coding), packed.field("Content-Encoding"));
      CPPUNIT_ASSERT(packed.answer.body.size() < 200);
      CPPUNIT_ASSERT_EQUAL(plain.field("Content-Type"), packed.field("Content-Type"));
      CPPUNIT_ASSERT_EQUAL(std::string("Accept-Encoding"), packed.field("Vary"));
      const auto etag = packed.field("ETag");
      CPPUNIT_ASSERT(tags.insert(etag).second);
      const auto again = get("/long.js", {{"Accept-Encoding", coding}, {"If-None-Match", etag}});
      CPPUNIT_ASSERT_EQUAL(304, again.answer.status);
      CPPUNIT_ASSERT_EQUAL(std::string("Accept-Encoding"), again.field("Vary"));
      CPPUNIT_ASSERT_EQUAL(200, get("/long.js", {{"If-None-Match", etag}}).answer.status);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("br"),
                         get("/long.js", {{"Accept-Encoding", "gzip, deflate, br"}}).field("Content-Encoding"));
    const auto range = get("/long.js", {{"Accept-Encoding", "br"}, {"Range", "bytes=0-9"}});
    CPPUNIT_ASSERT_EQUAL(206, range.answer.status);
    CPPUNIT_ASSERT(range.answer.body.view() == "xxxxxxxxxx" && range.field("Content-Encoding").empty());
    for (const auto* path : {"/long.png", "/css/chat.css"}) {
      const auto file = get(path, {{"Accept-Encoding", "br"}});
      CPPUNIT_ASSERT(file.field("Content-Encoding").empty() && file.field("Vary").empty());
    }
    _compress = false;
    CPPUNIT_ASSERT(get("/long.js", {{"Accept-Encoding", "br"}}).answer.body.view() == text);
  }

  void hasOneTagForAVersion() {
    write(_folder / "root/long.js", std::string(5000, 'x'));
    _etag = "\"1.2.3\"";
    for (const auto* coding : {"", "br", "gzip"}) {
      CPPUNIT_ASSERT_EQUAL(_etag, get("/long.js", {{"Accept-Encoding", coding}}).field("ETag"));
      CPPUNIT_ASSERT_EQUAL(
          304, get("/long.js", {{"Accept-Encoding", coding}, {"If-None-Match", "W/" + _etag}}).answer.status);
    }
  }

  void refusesAFolderThatIsTooLarge() {
    auto options = folder();
    options.maxTotalSize = 20;
    CPPUNIT_ASSERT_THROW(http::StaticFiles{options}, std::runtime_error);
  }

  void refusesWhatIsMissing() {
    auto options = folder();
    options.names["/x"] = "missing.html";
    CPPUNIT_ASSERT_THROW(http::StaticFiles{options}, std::runtime_error);
    options.names.clear();
    options.folder = _folder / "missing";
    CPPUNIT_ASSERT_THROW(http::StaticFiles{options}, std::runtime_error);
  }

 private:
  http::StaticFiles::Options folder() const {
    http::StaticFiles::Options options;
    options.folder = _folder / "root";
    options.compress = _compress;
    options.etag = _etag;
    options.names = {{"/login", "login.html"}, {"/given", _folder / "secret.txt"}};
    return options;
  }

  Recorder get(std::string path, std::vector<http::FieldView> fields = {}) {
    http::StaticFiles files(folder());
    Recorder recorder;
    recorder.request().method = "GET";
    recorder.request().path = std::move(path);
    recorder.request().fields = std::move(fields);
    files.handle(recorder);
    return recorder;
  }

  std::filesystem::path _folder;
  bool _compress = true;
  std::string _etag;
};

CPPUNIT_TEST_SUITE_REGISTRATION(StaticFilesTest);
