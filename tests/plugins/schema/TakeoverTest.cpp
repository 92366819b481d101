#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "data/migration/MigrationSet.h"
#include "data/migration/SqlScript.h"
#include "plugins/schema/TablesFixture.h"

namespace chat::test {

/// Databases of servers that had all tables themselves: the files that were released then are in
/// tests/support/released-schema.
class TakeoverTest : public TablesFixture {
  CPPUNIT_TEST_SUITE(TakeoverTest);
  CPPUNIT_TEST(everyReleasedState);
  CPPUNIT_TEST(serversThatStartTogether);
  CPPUNIT_TEST(aChangedReleasedFileIsRefused);
  CPPUNIT_TEST(aNewerDatabaseIsRefused);
  CPPUNIT_TEST(aReleasedFileThatHadComeHalfway);
  CPPUNIT_TEST(aNewFileThatHadComeHalfway);
  CPPUNIT_TEST_SUITE_END();

  using Names = std::vector<std::string>;
  static constexpr int Releases = 6;
  static inline const Names Plugins{"archive",   "conversations", "login",    "messages",
                                    "msgsearch", "presence",      "receipts", "typing"};

  std::vector<data::NumberedMigration> released() const {
    return data::MigrationSet::ofFolder(
               "server", std::filesystem::path(CHAT_RELEASED_SCHEMA_DIR) / (isMySql() ? "mysql" : "sqlite"))
        .steps();
  }

  /// The database as a server had left it that knew the first `count` files.
  void makeReleased(int count) {
    for (const auto& step : released()) {
      if (step.number > count) return;
      const auto statements = data::splitStatements(step.script);
      for (const auto& statement : statements) execute(statement);
      noteSteps(step, static_cast<int>(statements.size()) - 1);
      execute("INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES ('server', " +
              std::to_string(step.number) + ", '" + step.name + "', '" + step.checksum + "', 17)");
      fill(step.number);
    }
  }
  void noteSteps(const data::NumberedMigration& step, int done, const std::string& owner = "server") {
    if (!isMySql()) return;
    execute("REPLACE INTO schema_migration_step (owner, number, checksum, done, begun) VALUES ('" + owner + "', " +
            std::to_string(step.number) + ", '" + step.checksum + "', " + std::to_string(done) + ", 1)");
  }

  /// Rows in what that file has made.
  void fill(int number) {
    switch (number) {
      case 1:
        execute(
            "INSERT INTO account (id, name, name_key, password_hash, created_at, last_message_at)"
            " VALUES (1, 'Ann', 'ann', 'hash of ann', 11, 36), (2, 'bob', 'bob', 'hash of bob', 12, 35),"
            " (3, 'Cy', 'cy', 'hash of cy', 13, 35), (4, 'dan', 'dan', 'hash of dan', 14, 36),"
            " (5, 'eve', 'eve', 'hash of eve', 15, 0)");
        execute("INSERT INTO session_token VALUES ('" + std::string(64, 'a') + "', 1, 11, 99), ('" +
                std::string(64, 'b') + "', 2, 12, 99)");
        // Ann with herself, two pairs, and one pair whose conversation has been lost.
        execute(
            "INSERT INTO conversation (lo_id, hi_id, message_count, last_message_id)"
            " VALUES (1, 2, 3, 9), (1, 1, 1, 10), (2, 3, 1, 12)");
        execute(
            "INSERT INTO message VALUES (4, 1, 2, 1, 2, 31, 'l1', 'Grüße 🎉', 'grüße 🎉', NULL),"
            " (7, 1, 2, 2, 1, 32, NULL, 'it''s; fine', NULL, '{\"k\":1}'), (9, 1, 2, 1, 2, 33, 'l2', 'x', NULL, NULL),"
            " (10, 1, 1, 1, 1, 34, 'l3', 'note', NULL, NULL), (12, 2, 3, 3, 2, 35, 'l1', 'y', NULL, NULL),"
            " (14, 1, 4, 4, 1, 36, NULL, 'z', NULL, NULL), (15, 1, 4, 4, 1, 36, NULL, 'removed', NULL, NULL)");
        execute("DELETE FROM message WHERE id = 15");
        break;
      case 2:
        // The last one is of a pair that has no messages.
        execute("INSERT INTO receipt VALUES (1, 2, 9, 7, 1), (2, 1, 9, 4, 1), (2, 3, 12, 12, 1), (5, 2, 0, 0, 0)");
        break;
      case 5:
        execute("INSERT INTO last_seen VALUES (1, 40), (2, 41)");
        break;
      case 6:
        execute("UPDATE account SET disabled_at = 50, last_login_at = 45 WHERE id = 2");
        execute("INSERT INTO ended_token (token_hash, reason, ended_at) VALUES ('" + std::string(64, 'c') +
                "', 'logout', 46)");
        break;
      default:
        break;
    }
  }

  /// A table whose rows stay as they are, and a query of the columns that it has now.
  using Queries = std::map<std::string, std::string>;
  Queries queries() {
    Queries all;
    for (const auto& table : tables()) {
      if (table == "conversation" || table == "message" || table == "receipt") continue;
      std::string columns;
      for (const auto& column : columnsOf(table)) columns += (columns.empty() ? "" : ", ") + column;
      all[table] = "SELECT " + columns + " FROM " + table + " ORDER BY 1, 2";
    }
    return all;
  }
  std::map<std::string, Names> contents(const Queries& queries) {
    std::map<std::string, Names> all;
    for (const auto& [table, query] : queries) all[table] = rows(query);
    return all;
  }

  /// Nothing of what `fill` has written is lost, and what follows from it is right.
  void requireConversations(const std::string& what, bool hasReceipts) {
    CPPUNIT_ASSERT_MESSAGE(
        what,
        rows("SELECT kind, lo_id, hi_id, created_at, message_count, last_message_id FROM conversation"
             " ORDER BY lo_id, hi_id") == (Names{"0|1|1|34|1|10", "0|1|2|31|3|9", "0|1|4|36|1|14", "0|2|3|35|1|12"}));
    CPPUNIT_ASSERT_MESSAGE(what,
                           rows("SELECT c.lo_id, c.hi_id, m.account_id, m.sent_count FROM member m"
                                " JOIN conversation c ON c.id = m.conversation_id ORDER BY 1, 2, 3") ==
                               (Names{"1|1|1|1", "1|2|1|2", "1|2|2|1", "1|4|1|0", "1|4|4|1", "2|3|2|0", "2|3|3|1"}));
    CPPUNIT_ASSERT_MESSAGE(
        what,
        rows("SELECT m.id, c.lo_id, c.hi_id, m.sender_id, m.created_at, m.lid, m.body, m.body_folded,"
             " m.attributes FROM message m JOIN conversation c ON c.id = m.conversation_id ORDER BY 1") ==
            (Names{"4|1|2|1|31|l1|Grüße 🎉|grüße 🎉|-", "7|1|2|2|32|-|it's; fine|-|{\"k\":1}", "9|1|2|1|33|l2|x|-|-",
                   "10|1|1|1|34|l3|note|-|-", "12|2|3|3|35|l1|y|-|-", "14|1|4|4|36|-|z|-|-"}));
    CPPUNIT_ASSERT_MESSAGE(what,
                           rows("SELECT r.account_id, CASE WHEN c.lo_id = r.account_id THEN c.hi_id ELSE c.lo_id END,"
                                " r.delivered_id, r.read_id, r.read_count FROM receipt r JOIN conversation c"
                                " ON c.id = r.conversation_id ORDER BY 1, 2") ==
                               (hasReceipts ? Names{"1|2|9|7|1", "2|1|9|4|1", "2|3|12|12|1"} : Names{}));
  }
  void requireNewIds(const std::string& what) {
    CPPUNIT_ASSERT_MESSAGE(what + ": the id of a removed message isn't given again",
                           number("SELECT last_id FROM message_order") >= 15);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(what, std::int64_t{36}, number("SELECT last_at FROM message_order"));
  }

  Names chatLedger() {
    auto all = ledger();
    std::erase_if(all, [](const auto& entry) { return entry.starts_with("server|"); });
    return all;
  }
  static inline const Names Complete{
      "plugin.archive|1",   "plugin.login|1",    "plugin.login|2",    "plugin.login|3",    "plugin.messages|1",
      "plugin.messages|2",  "plugin.messages|3", "plugin.messages|4", "plugin.messages|5", "plugin.messages|6",
      "plugin.msgsearch|1", "plugin.presence|1", "plugin.receipts|1", "plugin.receipts|2"};

  std::string refusalOfStart() {
    try {
      another();
    } catch (const data::MigrationError& error) {
      return error.what();
    }
    return "started";
  }
  void beginAnew() {
    tearDown();
    setUp();
  }

  void everyReleasedState() {
    CPPUNIT_ASSERT(load() == Plugins);
    const auto fresh = definitions();
    for (int count = 1; count <= Releases; ++count) {
      beginAnew();
      makeReleased(count);
      const auto known = queries();
      const auto before = contents(known);
      const auto server =
          rows("SELECT number, name, checksum, applied_at FROM schema_migration WHERE owner = 'server'");
      CPPUNIT_ASSERT_EQUAL(static_cast<std::size_t>(count), server.size());

      const auto what = "after file " + std::to_string(count);
      CPPUNIT_ASSERT_MESSAGE(what, load() == Plugins);
      CPPUNIT_ASSERT_MESSAGE(what, contents(known) == before);
      requireConversations(what, count >= 2);
      CPPUNIT_ASSERT_MESSAGE(what, definitions() == fresh);
      CPPUNIT_ASSERT_MESSAGE(what, chatLedger() == Complete);
      CPPUNIT_ASSERT_MESSAGE(what, rows("SELECT number, name, checksum, applied_at FROM schema_migration"
                                        " WHERE owner = 'server' AND number < 9999") == server);

      const auto after =
          rows("SELECT owner, number, name, checksum, applied_at FROM schema_migration ORDER BY owner, number");
      another();
      CPPUNIT_ASSERT_MESSAGE(what, load() == Plugins);
      CPPUNIT_ASSERT_MESSAGE(what, contents(known) == before);
      CPPUNIT_ASSERT_MESSAGE(
          what, rows("SELECT owner, number, name, checksum, applied_at FROM schema_migration ORDER BY owner, number") ==
                    after);
      requireConversations(what, count >= 2);
      requireNewIds(what);
    }
  }

  void serversThatStartTogether() {
    makeReleased(3);
    std::array<std::string, 4> failures;
    std::atomic<std::size_t> applied = 0;
    std::vector<std::thread> servers;
    for (auto& failure : failures) {
      servers.emplace_back([&] {
        try {
          const auto server = another();
          for (const char* plugin : {"login", "messages", "msgsearch", "receipts", "presence", "archive"}) {
            applied += server->migrate(plugin, plugin, 1).size();
          }
        } catch (const std::exception& error) {
          failure = error.what();
        }
      });
    }
    for (auto& server : servers) server.join();
    for (const auto& failure : failures) CPPUNIT_ASSERT_EQUAL(std::string(), failure);
    CPPUNIT_ASSERT_EQUAL(Complete.size(), applied.load());
    CPPUNIT_ASSERT(chatLedger() == Complete);
  }

  void aChangedReleasedFileIsRefused() {
    makeReleased(Releases);
    execute("UPDATE schema_migration SET checksum = '" + std::string(64, '0') + "' WHERE number = 3");
    CPPUNIT_ASSERT_EQUAL(
        std::string(
            "the database has the migration 0003_conversation_order.sql of server with another content than the "
            "released 0003_conversation_order.sql: its tables can't be taken over. Restore the backup that was "
            "made before it was changed."),
        refusalOfStart());
    CPPUNIT_ASSERT(chatLedger().empty());
  }

  void aNewerDatabaseIsRefused() {
    makeReleased(Releases);
    execute(
        "INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES ('server', 7, "
        "'0007_later.sql', '', 0)");
    const std::string expected =
        "the database is newer than this server: it has the migration 0007_later.sql of server";
    CPPUNIT_ASSERT_EQUAL(expected, refusalOfStart().substr(0, expected.size()));
    execute("DELETE FROM schema_migration WHERE number = 7");
    load();
    execute(
        "INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES ('plugin.login', 4, "
        "'0004_later.sql', '', 0)");
    const std::string later =
        "the database is newer than this server: it has the migration 0004_later.sql of plugin.login";
    CPPUNIT_ASSERT_EQUAL(later, refusalOfStart().substr(0, later.size()));
  }

  // On MySQL each of its statements was committed by itself.
  void aReleasedFileThatHadComeHalfway() {
    if (!isMySql()) return;
    const auto all = released();
    for (std::size_t last = 0; last < all.size(); ++last) {
      const auto statements = data::splitStatements(all[last].script);
      for (std::size_t done = 1; done <= statements.size(); ++done) {
        beginAnew();
        makeReleased(static_cast<int>(last));
        for (std::size_t i = 0; i < done; ++i) execute(statements[i]);
        noteSteps(all[last], static_cast<int>(done) - 1);
        const auto what = all[last].name + " after its statement " + std::to_string(done);
        CPPUNIT_ASSERT_MESSAGE(what, load() == Plugins);
        CPPUNIT_ASSERT_MESSAGE(what, chatLedger() == Complete);
      }
    }
  }

  // The server has ended after each of its statements, before that was noted.
  void aNewFileThatHadComeHalfway() {
    if (!isMySql()) return;
    // The first ones that no server of before had.
    const std::pair<std::string, std::size_t> files[] = {{"login", 3}, {"messages", 4}, {"receipts", 2}};
    for (const auto& [plugin, number] : files) {
      const auto file = data::MigrationSet::ofFolder(plugin, std::filesystem::path(CHAT_SCHEMA_DIR) / plugin / "mysql")
                            .steps()
                            .at(number - 1);
      const auto statements = data::splitStatements(file.script);
      for (std::size_t done = 1; done <= statements.size(); ++done) {
        beginAnew();
        makeReleased(Releases);
        for (const std::string before : {"login", "messages"}) {
          if (before == plugin) break;
          another()->migrate(before, before, 1);
        }
        for (std::size_t i = 0; i < done; ++i) execute(statements[i]);
        noteSteps(file, static_cast<int>(done) - 1, "plugin." + plugin);
        const auto what = file.name + " after its statement " + std::to_string(done);
        CPPUNIT_ASSERT_MESSAGE(what, load() == Plugins);
        CPPUNIT_ASSERT_MESSAGE(what, chatLedger() == Complete);
        requireConversations(what, true);
        requireNewIds(what);
      }
    }
  }
};

CHAT_DATABASE_TEST_REGISTRATION(TakeoverTest);

}  // namespace chat::test
