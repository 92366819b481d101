#include <Poco/Data/Session.h>
#include <cppunit/extensions/HelperMacros.h>

#include <functional>
#include <memory>
#include <stdexcept>

#include "plugin/context/PluginDatabase.h"

using chat::data::CommitInDoubt;
using chat::data::Work;
using chat::plugin::CallGate;
using chat::plugin::PluginDatabase;

namespace {

/// Keeps what it is given, as while it isn't known whether it was committed.
class DoubtfulDatabase final : public chat::data::Database {
 public:
  chat::data::Dialect dialect() const noexcept override { return chat::data::Dialect::Sqlite; }
  void read(const Work&) override {}
  void transaction(const Work&) override {}
  void commitTogether(const Work&, std::function<void()>) override {}
  void commitTogetherOwned(Work work, std::function<void()> afterCommit) override {
    _work = std::move(work);
    _afterCommit = std::move(afterCommit);
    throw CommitInDoubt("not known yet");
  }
  void resolve() {
    _afterCommit();
    _work = nullptr;
    _afterCommit = nullptr;
  }

 private:
  Work _work;
  std::function<void()> _afterCommit;
};

}  // namespace

class PluginDatabaseTest : public CppUnit::TestFixture {
  CPPUNIT_TEST_SUITE(PluginDatabaseTest);
  CPPUNIT_TEST(aPluginStaysWhileItsCommitIsInDoubt);
  CPPUNIT_TEST_SUITE_END();

  void aPluginStaysWhileItsCommitIsInDoubt() {
    CallGate gate;
    DoubtfulDatabase database;
    PluginDatabase lent(database, gate);
    const auto code = std::make_shared<int>(0);  // what the plugin's functions need
    bool told = false;
    {
      const auto call = gate.enter();
      const auto work = [code](Poco::Data::Session&) {};
      CPPUNIT_ASSERT_THROW(lent.commitTogetherOwned(work, [code, &told] { told = true; }), CommitInDoubt);
    }
    gate.close();
    CPPUNIT_ASSERT(!gate.waitUntilEmpty(std::chrono::milliseconds(0)));
    database.resolve();
    CPPUNIT_ASSERT(told);
    CPPUNIT_ASSERT_EQUAL(1L, code.use_count());
    CPPUNIT_ASSERT(gate.waitUntilEmpty(std::chrono::milliseconds(0)));
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(PluginDatabaseTest);
