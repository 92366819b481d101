#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <array>
#include <atomic>
#include <functional>
#include <thread>

#include "TestDatabase.h"
#include "data/migration/MigrationSet.h"

namespace chat::test {

using data::MigrationError;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using Names = std::vector<std::string>;

/// The files of `schema.folder` and lists in code, as a plugin that is named `numbered` brings them.
template <typename Engine>
class MigrationsCases : public Engine {
  CPPUNIT_TEST_SUITE(MigrationsCases);
  CPPUNIT_TEST(appliesWhatIsMissing);
  CPPUNIT_TEST(takesAFileThatIsAddedWhileTheServerRuns);
  CPPUNIT_TEST(refusesAChangedFile);
  CPPUNIT_TEST(refusesANewerDatabase);
  CPPUNIT_TEST(passesOverNewerTablesOfAnother);
  CPPUNIT_TEST(refusesAFolderThatIsOlderThanThePlugin);
  CPPUNIT_TEST(refusesAGap);
  CPPUNIT_TEST(refusesAMissingFolder);
  CPPUNIT_TEST(refusesANameThatLeadsElsewhere);
  CPPUNIT_TEST(namesTheStatementThatFailed);
  CPPUNIT_TEST(serversThatStartTogetherApplyOnce);
  CPPUNIT_TEST(listsInCode);
  CPPUNIT_TEST(refusesAChangedList);
  CPPUNIT_TEST(takesOverWhatAnotherOwnerHasMade);
  CPPUNIT_TEST(refusesAFormerOwnersOtherContent);
  CPPUNIT_TEST(refusesAFormerOwnersNewerMigration);
  CPPUNIT_TEST(refusesAFormerLineThatSaysNothing);
  CPPUNIT_TEST_SUITE_END();

  void file(const std::string& name, const std::string& content, const std::string& plugin = "numbered") {
    for (const char* engine : {"/mysql/", "/sqlite/"}) {
      this->folder().write("schema/" + plugin + engine + name, content);
    }
  }
  void removeFile(const std::string& name) {
    std::filesystem::remove(this->folder().path() / "schema/numbered/mysql" / name);
    std::filesystem::remove(this->folder().path() / "schema/numbered/sqlite" / name);
  }
  static Names namesOf(const std::vector<data::AppliedMigration>& applied) {
    Names names;
    for (const auto& [name, formerly] : applied) names.push_back(formerly.empty() ? name : name + " = " + formerly);
    return names;
  }
  Names start(const std::string& user = "numbered", int least = 1) {
    data::SqlDatabase database(this->options());
    database.start();
    return namesOf(database.migrate(user, "numbered", least));
  }
  static std::string refusalOf(const std::function<void()>& call) {
    try {
      call();
    } catch (const MigrationError& error) {
      return error.what();
    }
    return "started";
  }
  std::string refusal() {
    return refusalOf([this] { start(); });
  }
  void execute(const std::string& sql) {
    this->database().read([&](Session& session) { session << sql, now; });
  }
  int number(const std::string& sql) {
    int value = 0;
    this->database().read([&](Session& session) { session << sql, into(value), now; });
    return value;
  }
  static void assertBegins(const std::string& beginning, const std::string& text) {
    CPPUNIT_ASSERT_EQUAL(beginning, text.substr(0, beginning.size()));
  }

  void appliesWhatIsMissing() {
    file("README.md", "not a migration");
    CPPUNIT_ASSERT((start() == Names{"0001_numbered.sql"}));
    CPPUNIT_ASSERT(start().empty());
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\nINSERT INTO more VALUES (1);\n");
    CPPUNIT_ASSERT((start() == Names{"0002_more.sql"}));
    CPPUNIT_ASSERT(start().empty());
    CPPUNIT_ASSERT_EQUAL(1, number("SELECT id FROM more"));
  }

  void takesAFileThatIsAddedWhileTheServerRuns() {
    auto& running = this->database();
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\n");
    CPPUNIT_ASSERT((namesOf(running.migrate("numbered", "numbered", 2)) == Names{"0002_more.sql"}));
    CPPUNIT_ASSERT(running.migrate("numbered", "numbered", 2).empty());
  }

  void refusesAChangedFile() {
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\n");
    start();
    file("0002_more.sql", "CREATE TABLE more (id INTEGER, name INTEGER);\n");
    assertBegins("the migration 0002_more.sql of plugin.numbered was changed", refusal());
    // Before a plugin asks for it.
    assertBegins("the migration 0002_more.sql of plugin.numbered was changed",
                 refusalOf([this] { data::SqlDatabase(this->options()).start(); }));
  }

  void refusesANewerDatabase() {
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\n");
    start();
    removeFile("0002_more.sql");
    assertBegins("the database is newer than this server: it has the migration 0002_more.sql of plugin.numbered",
                 refusal());
  }

  void passesOverNewerTablesOfAnother() {
    auto& running = this->database();
    file("0002_more.sql", "CREATE TABLE more (id INTEGER);\n");
    start();
    removeFile("0002_more.sql");
    CPPUNIT_ASSERT(running.migrate("other", "numbered", 1).empty());
    assertBegins("the database is newer than this server",
                 refusalOf([&] { running.migrate("numbered", "numbered", 1); }));
  }

  void refusesAFolderThatIsOlderThanThePlugin() {
    const auto text = refusalOf([this] { start("other", 2); });
    assertBegins("plugin other needs the tables of numbered up to their migration 2, and ", text);
    CPPUNIT_ASSERT(text.find(" ends with 0001_numbered.sql. Replace schema.folder") != std::string::npos);
  }

  void refusesAGap() {
    file("0003_late.sql", "CREATE TABLE late (id INTEGER);\n");
    assertBegins("0003_late.sql in ", refusal());
  }

  void refusesAMissingFolder() {
    this->options().schema = this->folder().path() / "nowhere";
    assertBegins("can't read the migrations in ", refusal());
    this->options().schema = this->folder().path() / "schema";
    assertBegins("can't read the migrations in ", refusalOf([this] { this->database().migrate("a", "nobody", 1); }));
  }

  void refusesANameThatLeadsElsewhere() {
    for (const char* name : {"", "..", "../numbered", "Numbered", "numbered/sqlite/.."}) {
      assertBegins("'" + std::string(name) + "' is no name of a plugin",
                   refusalOf([&] { this->database().migrate("numbered", name, 1); }));
    }
  }

  void namesTheStatementThatFailed() {
    file("0002_bad.sql", "CREATE TABLE good (id INTEGER);\nCREATE NONSENSE;\n");
    assertBegins("the migration 0002_bad.sql of plugin.numbered failed at its statement 2: ", refusal());
    // It isn't in the ledger: put right, it is applied.
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

  // --- text in a plugin's code ---

  static constexpr data::Migration Lists[] = {
      {"seen", "CREATE TABLE seen (id INTEGER)", "CREATE TABLE seen (id INTEGER)"},
      {"more", "CREATE TABLE more (id INTEGER)", "CREATE TABLE more (id INTEGER)"},
  };

  void listsInCode() {
    auto& database = this->database();
    const std::span<const data::Migration> all(Lists);
    CPPUNIT_ASSERT((namesOf(database.migrate("seen", all.first(1))) == Names{"0001_seen"}));
    CPPUNIT_ASSERT((namesOf(database.migrate("seen", all)) == Names{"0002_more"}));
    CPPUNIT_ASSERT(database.migrate("seen", all).empty());
    assertBegins("the database is newer than this plugin: it has the migration 0002_more of plugin.seen",
                 refusalOf([&] { database.migrate("seen", all.first(1)); }));
    start();  // which knows nothing of that plugin
  }

  void refusesAChangedList() {
    this->database().migrate("seen", std::span<const data::Migration>(Lists).first(1));
    assertBegins("the migration 0001_more of plugin.seen was changed after it had been applied (as 0001_seen)",
                 refusalOf([&] { this->database().migrate("seen", std::span<const data::Migration>(Lists).last(1)); }));
  }

  // --- tables that had another owner before ---

  static constexpr auto Released = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

  /// The ledger has it that the server itself made a table.
  void madeByTheServer(const std::string& checksum = Released) {
    execute("CREATE TABLE old (id INTEGER)");
    execute("INSERT INTO old VALUES (7)");
    execute(
        "INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES ('server', 1, "
        "'0001_init.sql', '" +
        checksum + "', 0)");
    file("0001_old.sql",
         std::string("-- formerly server 0001_init.sql ") + Released + "\n\nCREATE TABLE old (id INTEGER);\n", "old");
  }

  void takesOverWhatAnotherOwnerHasMade() {
    madeByTheServer();
    auto& database = this->database();
    const auto takeOver = [&] { return namesOf(database.migrate("old", "old", 1)); };
    CPPUNIT_ASSERT((takeOver() == Names{"0001_old.sql = 0001_init.sql of server"}));
    CPPUNIT_ASSERT(takeOver().empty());
    CPPUNIT_ASSERT_EQUAL(7, number("SELECT id FROM old"));
    // Servers that know one owner only find something that is newer than they are.
    CPPUNIT_ASSERT_EQUAL(9999, number("SELECT MAX(number) FROM schema_migration WHERE owner = 'server'"));
    start();
  }

  void refusesAFormerOwnersOtherContent() {
    madeByTheServer(std::string(64, '0'));
    const auto expected =
        "the database has the migration 0001_init.sql of server with another content than the released";
    assertBegins(expected, refusal());
    assertBegins(expected, refusalOf([this] { this->database().migrate("old", "old", 1); }));
    CPPUNIT_ASSERT_EQUAL(0, number("SELECT COUNT(*) FROM schema_migration WHERE owner = 'plugin.old'"));
  }

  void refusesAFormerOwnersNewerMigration() {
    madeByTheServer();
    execute(
        "INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES ('server', 2, '0002_new.sql', "
        "'', 0)");
    assertBegins("the database is newer than this server: it has the migration 0002_new.sql of server", refusal());
  }

  void refusesAFormerLineThatSaysNothing() {
    file("0001_old.sql", "-- formerly server 0001_init.sql\n\nCREATE TABLE old (id INTEGER);\n", "old");
    assertBegins("0001_old.sql: '-- formerly server 0001_init.sql' must be ", refusal());
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(MigrationsCases<OnSqlite>);
static const RegisterWithMySql<MigrationsCases<OnMySql>> OnServer;

}  // namespace chat::test
