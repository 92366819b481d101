#include <Poco/Data/Session.h>
#include <cppunit/extensions/HelperMacros.h>

#include <filesystem>
#include <set>

#include "TestDatabase.h"
#include "data/migration/MigrationSet.h"

namespace chat::test {

using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using Names = std::vector<std::string>;

/// MySQL commits with each change of a table, so a migration may end in its middle.
class MySqlMigrationsTest : public OnMySql {
  CPPUNIT_TEST_SUITE(MySqlMigrationsTest);
  CPPUNIT_TEST(aCrashBeforeTheLedgerIsWritten);
  CPPUNIT_TEST(aCrashBetweenTwoStatements);
  CPPUNIT_TEST(aCrashBeforeAStatementIsDone);
  CPPUNIT_TEST(aFailedFileContinuesAfterItsLastStatement);
  CPPUNIT_TEST(aFaultyFileIsNotRecordedAsApplied);
  CPPUNIT_TEST(aChangedFileStartsFromTheBeginning);
  CPPUNIT_TEST(theChatsTablesAfterACrash);
  CPPUNIT_TEST_SUITE_END();

  static constexpr auto TwoSteps =
      "ALTER TABLE numbered ADD COLUMN extra INTEGER;\n"
      "ALTER TABLE numbered ADD KEY numbered_extra (extra);\n";

  void file(const std::string& content) { folder().write("schema/numbered/mysql/0002_more.sql", content); }
  Names start(const std::string& plugin = "numbered") {
    data::SqlDatabase database(options());
    database.start();
    Names names;
    for (const auto& applied : database.migrate(plugin, plugin, 1)) names.push_back(applied.name);
    return names;
  }
  std::string refusal() {
    try {
      start();
    } catch (const data::MigrationError& error) {
      return error.what();
    }
    return "started";
  }
  void execute(const std::string& sql) {
    database().read([&](Session& session) { session << sql, now; });
  }
  /// The state after a crash: the file isn't in the ledger, and its first statements were done.
  void forget(const std::string& done) {
    execute("DELETE FROM schema_migration WHERE number = 2");
    execute("UPDATE schema_migration_step SET " + done);
  }
  bool hasKey() {
    int count = 0;
    database().read([&](Session& session) {
      session << "SELECT COUNT(*) FROM information_schema.statistics WHERE table_schema = DATABASE()"
                 " AND index_name = 'numbered_extra'",
          into(count), now;
    });
    return count == 1;
  }

  void aCrashBeforeTheLedgerIsWritten() {
    file(TwoSteps);
    start();
    execute("DELETE FROM schema_migration WHERE number = 2");
    CPPUNIT_ASSERT((start() == Names{"0002_more.sql"}));
    CPPUNIT_ASSERT(hasKey());
    CPPUNIT_ASSERT(start().empty());
  }

  void aCrashBetweenTwoStatements() {
    file(TwoSteps);
    start();
    execute("DROP INDEX numbered_extra ON numbered");
    forget("done = 0, begun = 1");
    CPPUNIT_ASSERT((start() == Names{"0002_more.sql"}));
    CPPUNIT_ASSERT(hasKey());
  }

  void aCrashBeforeAStatementIsDone() {
    file(TwoSteps);
    start();
    execute("DROP INDEX numbered_extra ON numbered");
    forget("done = 1, begun = 1");
    CPPUNIT_ASSERT((start() == Names{"0002_more.sql"}));
    CPPUNIT_ASSERT(hasKey());
  }

  // The cause of the second statement's failure is removed outside of the file.
  void aFailedFileContinuesAfterItsLastStatement() {
    database();
    file("ALTER TABLE numbered ADD COLUMN extra INTEGER;\nINSERT INTO later VALUES (1);\n");
    CPPUNIT_ASSERT(refusal().starts_with("the migration 0002_more.sql of plugin.numbered failed at its statement 2: "));
    execute("CREATE TABLE later (id INTEGER)");
    CPPUNIT_ASSERT((start() == Names{"0002_more.sql"}));
  }

  void aFaultyFileIsNotRecordedAsApplied() {
    file("ALTER TABLE numbered ADD COLUMN name INTEGER;\n");
    const auto why = refusal();
    CPPUNIT_ASSERT(why.starts_with("the migration 0002_more.sql of plugin.numbered failed at its statement 1: "));
    CPPUNIT_ASSERT_EQUAL(why, refusal());
  }

  void aChangedFileStartsFromTheBeginning() {
    file("CREATE TABLE good (id INTEGER);\nCREATE NONSENSE;\n");
    CPPUNIT_ASSERT(refusal().starts_with("the migration 0002_more.sql of plugin.numbered failed at its statement 2: "));
    file("CREATE TABLE better (id INTEGER);\nINSERT INTO better VALUES (1);\n");
    CPPUNIT_ASSERT((start() == Names{"0002_more.sql"}));
  }

  void theChatsTablesAfterACrash() {
    for (const char* plugin : {"login", "messages", "presence", "receipts"}) {
      const auto released = std::filesystem::path(CHAT_SCHEMA_DIR) / plugin / "mysql";
      const auto here = folder().path() / "schema" / plugin / "mysql";
      std::filesystem::create_directories(here);
      std::set<std::filesystem::path> files;
      for (const auto& entry : std::filesystem::directory_iterator(released)) files.insert(entry.path());
      for (const auto& path : files) {
        const auto name = path.filename().string();
        std::filesystem::copy(path, here / name);
        CPPUNIT_ASSERT((start(plugin) == Names{name}));
        execute("DELETE FROM schema_migration WHERE owner = 'plugin." + std::string(plugin) +
                "' ORDER BY number DESC LIMIT 1");
        CPPUNIT_ASSERT((start(plugin) == Names{name}));
      }
    }
  }
};

static const RegisterWithMySql<MySqlMigrationsTest> OnServer;

}  // namespace chat::test
