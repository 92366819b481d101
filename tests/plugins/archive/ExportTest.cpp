#include <boost/json/parse.hpp>
#include <fstream>
#include <sstream>

#include "archive/exporting/ExportCommand.h"
#include "plugins/archive/ArchiveFixture.h"

namespace chat::test {

/// Command `export`.
class ExportTest : public ArchiveFixture {
  CPPUNIT_TEST_SUITE(ExportTest);
  CPPUNIT_TEST(allOfAUserAndNothingElse);
  CPPUNIT_TEST(manyMessagesComeInTheirOrder);
  CPPUNIT_TEST(aFileIsNewAndComplete);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ArchiveFixture::setUp();
    _annId = addUser("Ann", ann);
    addUser("bob", bob);
    addUser("carl", carl);
    _export = std::make_unique<archive::ExportCommand>(database(), clock);
  }
  void tearDown() override {
    _export.reset();
    ArchiveFixture::tearDown();
  }

 private:
  static std::vector<boost::json::object> linesOf(const std::string& text) {
    std::vector<boost::json::object> all;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) all.push_back(boost::json::parse(line).as_object());
    return all;
  }

  void allOfAUserAndNothingElse() {
    send(ann, "bob", "hers \"quoted\"\n");
    const std::string his = send(bob, "ann", "his");
    send(bob, "carl", "not hers");
    read(ann, "bob", his);
    execute("INSERT INTO last_seen VALUES (" + _annId + ", 1614834367000)");
    execute("INSERT INTO session_token VALUES ('" + std::string(64, 'a') + "', " + _annId + ", 1, 99999999999)");
    const Ran ran = run(*_export, {"ann"});
    CPPUNIT_ASSERT_EQUAL(0, ran.code);
    const auto lines = linesOf(ran.output);
    std::string types;
    for (const auto& line : lines) types += std::string(line.at("type").as_string()) + " ";
    CPPUNIT_ASSERT_EQUAL(std::string("export account session conversation receipt message message presence end "),
                         types);
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), std::string(lines[1].at("username").as_string()));
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), std::string(lines[3].at("with").as_string()));
    CPPUNIT_ASSERT_EQUAL(std::string("hers \"quoted\"\n"), std::string(lines[5].at("message_data").as_string()));
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), std::string(lines[6].at("sid").as_string()));
    CPPUNIT_ASSERT_EQUAL(std::string("2021-03-04T05:06:07.000Z"), std::string(lines[7].at("last_seen").as_string()));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, lines[8].at("messages").as_int64());
    CPPUNIT_ASSERT_MESSAGE("no secrets", ran.output.find("aaaa") == std::string::npos);
    CPPUNIT_ASSERT_MESSAGE("no password hash", ran.output.find("none") == std::string::npos);
  }

  void manyMessagesComeInTheirOrder() {
    for (int i = 0; i < 1201; ++i) send(ann, i % 2 == 0 ? "bob" : "carl", std::to_string(i));
    const auto lines = linesOf(run(*_export, {"ann"}).output);
    std::vector<std::string> texts;
    for (const auto& line : lines) {
      if (line.at("type") == "message") texts.emplace_back(line.at("message_data").as_string());
    }
    CPPUNIT_ASSERT_EQUAL(std::size_t{1201}, texts.size());
    for (std::size_t i = 0; i < 601; ++i) CPPUNIT_ASSERT_EQUAL(std::to_string(2 * i), texts[i]);
    for (std::size_t i = 0; i < 600; ++i) CPPUNIT_ASSERT_EQUAL(std::to_string(2 * i + 1), texts[601 + i]);
  }

  void aFileIsNewAndComplete() {
    send(ann, "bob", "x");
    const auto file = folder / "ann.jsonl";
    CPPUNIT_ASSERT_EQUAL(std::string("exported Ann\n"), run(*_export, {"ann", "--file", file.string()}).output);
    CPPUNIT_ASSERT((std::filesystem::status(file).permissions() & std::filesystem::perms::all) ==
                   (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    CPPUNIT_ASSERT_EQUAL(std::string("end"), std::string(linesOf(text.str()).back().at("type").as_string()));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("it isn't overwritten", 409, run(*_export, {"ann", "--file", file.string()}).code);
    CPPUNIT_ASSERT(!std::filesystem::exists(folder / "ann.jsonl.part"));
  }

  void whatIsRefused() {
    CPPUNIT_ASSERT_EQUAL(400, run(*_export, {}).code);
    CPPUNIT_ASSERT_EQUAL(404, run(*_export, {"nobody"}).code);
    CPPUNIT_ASSERT_EQUAL(409, run(*_export, {"ann", "--file", "/nowhere/at/all"}).code);
  }

  FakeSocket ann;
  FakeSocket bob;
  FakeSocket carl;
  std::string _annId;
  std::unique_ptr<archive::ExportCommand> _export;
};

CHAT_DATABASE_TEST_REGISTRATION(ExportTest);

}  // namespace chat::test
