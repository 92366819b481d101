#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "testing/TestHost.h"

using namespace chat::plugin;
using namespace chat::testing;
using Poco::Data::Keywords::into;
using Poco::Data::Keywords::now;

namespace {

/// Builds upon the accounts of the chat, by the files that the server comes with.
class Members final : public Plugin {
 public:
  explicit Members(int least) : _least(least) {}
  void start(Context& context, Registrar&) override { context.migrate("login", _least); }

 private:
  const int _least;
};

}  // namespace

class TestHostTablesTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(TestHostTablesTest);
  CPPUNIT_TEST(anothersTablesByTheServersFiles);
  CPPUNIT_TEST(moreThanTheFilesHaveIsRefused);
  CPPUNIT_TEST_SUITE_END();

  static std::string refusal(const TestHost::Options& options, int least) {
    TestHost host(options);
    try {
      host.load(std::make_unique<Members>(least), "members", "");
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "loaded";
  }

  void anothersTablesByTheServersFiles() {
    TestHost host({.schema = CHAT_SCHEMA_DIR});
    host.load(std::make_unique<Members>(1), "members", "");
    int accounts = -1;
    host.database().read(
        [&](Poco::Data::Session& session) { session << "SELECT COUNT(*) FROM account", into(accounts), now; });
    CPPUNIT_ASSERT_EQUAL(0, accounts);
    bool isLogged = false;
    for (const auto& line : host.log()) {
      if (line.ends_with("applied the migration 0001_account.sql of login")) isLogged = true;
    }
    CPPUNIT_ASSERT(isLogged);
  }

  void moreThanTheFilesHaveIsRefused() {
    const auto older = refusal({.schema = CHAT_SCHEMA_DIR}, 99);
    CPPUNIT_ASSERT(older.find("plugin members needs the tables of login up to their migration 99") !=
                   std::string::npos);
    CPPUNIT_ASSERT(refusal({}, 1).find("can't read the migrations in ") != std::string::npos);
  }
};

CPPUNIT_TEST_SUITE_REGISTRATION(TestHostTablesTest);
