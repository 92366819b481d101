#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <atomic>
#include <thread>

#include "TestDatabase.h"
#include "data/Migrations.h"

namespace chat::test {

using data::MigrationError;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using Names = std::vector<std::string>;

template <typename Engine>
class MigrationsCases : public Engine {
  CPPUNIT_TEST_SUITE(MigrationsCases);
  CPPUNIT_TEST(appliesWhatIsMissing);
  CPPUNIT_TEST(refusesAChangedFile);
  CPPUNIT_TEST(refusesANewerDatabase);
  CPPUNIT_TEST(refusesAGap);
  CPPUNIT_TEST(refusesAMissingFolder);
  CPPUNIT_TEST(namesTheStatementThatFailed);
  CPPUNIT_TEST(serversThatStartTogetherApplyOnce);
  CPPUNIT_TEST(theServersOwnSchemaApplies);
  CPPUNIT_TEST_SUITE_END();

  void file(const std::string& name, const std::string& content) {
    this->folder().write("schema/mysql/" + name, content);
    this->folder().write("schema/sqlite/" + name, content);
  }
  void removeFile(const std::string& name) {
    std::filesystem::remove(this->folder().path() / "schema/mysql" / name);
    std::filesystem::remove(this->folder().path() / "schema/sqlite" / name);
  }
  Names start() { return data::SqlDatabase(this->options()).start(); }
  std::string refusal() {
    try {
      start();
    } catch (const MigrationError& error) {
      return error.what();
    }
    return "started";
  }

  void appliesWhatIsMissing() {
    file("README.md", "not a migration");
    CPPUNIT_ASSERT((start() == Names{"0001_numbered.sql"}));
    CPPUNIT_ASSERT(start().empty());
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\nINSERT INTO more VALUES (1);\n");
    CPPUNIT_ASSERT((start() == Names{"0002_more.sql"}));
    CPPUNIT_ASSERT(start().empty());
    int value = 0;
    this->database().read([&](Session& session) { session << "SELECT id FROM more", into(value), now; });
    CPPUNIT_ASSERT_EQUAL(1, value);
  }

  void refusesAChangedFile() {
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\n");
    start();
    file("0002_more.sql", "CREATE TABLE more (id INTEGER, name INTEGER);\n");
    CPPUNIT_ASSERT(refusal().starts_with("the migration 0002_more.sql was changed"));
  }

  void refusesANewerDatabase() {
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\n");
    start();
    removeFile("0002_more.sql");
    const std::string text = refusal();
    CPPUNIT_ASSERT(text.starts_with("the database is newer than this server"));
    CPPUNIT_ASSERT(text.find("0002_more.sql") != std::string::npos);
  }

  void refusesAGap() {
    file("0003_late.sql", "CREATE TABLE late (id INTEGER);\n");
    CPPUNIT_ASSERT(refusal().starts_with("0003_late.sql"));
  }

  void refusesAMissingFolder() {
    this->options().schema = this->folder().path() / "nowhere";
    CPPUNIT_ASSERT(refusal().starts_with("can't read the migrations in "));
  }

  void namesTheStatementThatFailed() {
    file("0002_bad.sql", "CREATE TABLE good (id INTEGER);\nCREATE NONSENSE;\n");
    CPPUNIT_ASSERT(refusal().starts_with("the migration 0002_bad.sql failed at its statement 2: "));
    // The failed migration isn't in the ledger, so after a correction it is applied.
    file("0002_bad.sql", "CREATE TABLE IF NOT EXISTS good (id INTEGER);\n");
    CPPUNIT_ASSERT(
        (start() == (this->options().engine == data::Dialect::Sqlite ? Names{"0001_numbered.sql", "0002_bad.sql"}
                                                                     : Names{"0002_bad.sql"})));
  }

  void serversThatStartTogetherApplyOnce() {
    this->options().wait = std::chrono::seconds(20);
    std::atomic<std::size_t> applied = 0;
    std::array<std::string, 4> failures;
    std::vector<std::thread> servers;
    for (std::string& failure : failures) {
      servers.emplace_back([&] {
        try {
          applied += start().size();
        } catch (const std::exception& error) {
          failure = error.what();
        }
      });
    }
    for (std::thread& server : servers) server.join();
    for (const std::string& failure : failures) CPPUNIT_ASSERT_EQUAL(std::string(), failure);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, applied.load());
  }

  void theServersOwnSchemaApplies() {
    this->options().schema = CHAT_SCHEMA_DIR;
    CPPUNIT_ASSERT(!start().empty());
    CPPUNIT_ASSERT(start().empty());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MigrationsCases<OnSqlite>);
static const RegisterWithMySql<MigrationsCases<OnMySql>> OnServer;

}  // namespace chat::test
