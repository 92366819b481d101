#include <algorithm>

#include "plugins/schema/TablesFixture.h"

namespace chat::test {

/// Which plugin makes which tables, whoever comes first.
class PluginTablesTest : public TablesFixture {
  CPPUNIT_TEST_SUITE(PluginTablesTest);
  CPPUNIT_TEST(eachPluginServesAlone);
  CPPUNIT_TEST(theirOrderIsOfNoMatter);
  CPPUNIT_TEST(aSecondStartDoesNothing);
  CPPUNIT_TEST(bothEnginesHaveTheSameFiles);
  CPPUNIT_TEST_SUITE_END();

  using Names = std::vector<std::string>;
  struct Alone {
    std::string plugin;
    Names tables;
  };
  static inline const std::vector<Alone> All{
      {"login", {"account", "ended_token", "session_token"}},
      {"messages",
       {"account", "conversation", "ended_token", "member", "message", "message_order", "message_search",
        "search_progress", "session_token"}},
      {"msgsearch",
       {"account", "conversation", "ended_token", "member", "message", "message_order", "message_search",
        "search_progress", "session_token"}},
      {"receipts",
       {"account", "conversation", "ended_token", "member", "message", "message_order", "receipt", "session_token"}},
      {"conversations",
       {"account", "conversation", "ended_token", "member", "message", "message_order", "receipt", "session_token"}},
      {"presence", {"account", "ended_token", "last_seen", "session_token"}},
      {"archive",
       {"account", "archive_lease", "conversation", "ended_token", "erasure", "flask_import", "flask_import_account",
        "flask_import_left", "last_seen", "member", "message", "message_order", "message_search", "receipt",
        "search_progress", "session_token"}},
      {"typing", {"account", "ended_token", "session_token"}},
  };

  void beginAnew() {
    tearDown();
    setUp();
  }

  void eachPluginServesAlone() {
    for (const auto& [plugin, expected] : All) {
      CPPUNIT_ASSERT_MESSAGE(plugin, (load(plugin) == Names{plugin}));
      Names names = expected;
      if (isMySql()) std::erase(names, "message_search");  // it has no index of its own
      CPPUNIT_ASSERT_MESSAGE(plugin, tables() == names);
      beginAnew();
    }
  }

  void theirOrderIsOfNoMatter() {
    load();
    const auto expected = definitions();
    for (const bool isReversed : {false, true}) {
      beginAnew();
      auto order = All;
      if (isReversed) std::reverse(order.begin(), order.end());
      for (const auto& alone : order) load(alone.plugin);
      CPPUNIT_ASSERT_EQUAL(All.size(), load().size());
      CPPUNIT_ASSERT(definitions() == expected);
    }
  }

  void aSecondStartDoesNothing() {
    load();
    const auto before =
        rows("SELECT owner, number, name, checksum, applied_at FROM schema_migration ORDER BY owner, number");
    load();
    another();
    CPPUNIT_ASSERT(
        before ==
        rows("SELECT owner, number, name, checksum, applied_at FROM schema_migration ORDER BY owner, number"));
  }

  void bothEnginesHaveTheSameFiles() {
    const auto filesOf = [](const std::filesystem::path& plugin, const char* engine) {
      Names names;
      for (const auto& entry : std::filesystem::directory_iterator(plugin / engine)) {
        names.push_back(entry.path().filename().string());
      }
      std::sort(names.begin(), names.end());
      return names;
    };
    int plugins = 0;
    for (const auto& entry : std::filesystem::directory_iterator(CHAT_SCHEMA_DIR)) {
      if (!entry.is_directory()) continue;
      CPPUNIT_ASSERT_MESSAGE(entry.path(), filesOf(entry.path(), "mysql") == filesOf(entry.path(), "sqlite"));
      ++plugins;
    }
    CPPUNIT_ASSERT_EQUAL(6, plugins);
  }
};

CHAT_DATABASE_TEST_REGISTRATION(PluginTablesTest);

}  // namespace chat::test
