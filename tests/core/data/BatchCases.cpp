#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "TestDatabase.h"
#include "base/RequestStart.h"

namespace chat::test {

using data::BatchEntry;
using data::BatchLocks;
using data::TooLarge;
using data::Unavailable;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;
using Names = std::vector<std::string>;

/// The ends of entries, in order: `a`, or `a: Unavailable`.
class Ends {
 public:
  void note(const std::string& end) {
    const std::lock_guard lock(_mutex);
    _ends.push_back(end);
    _changed.notify_all();
  }
  Names waitFor(std::size_t count) {
    std::unique_lock lock(_mutex);
    _changed.wait_for(lock, 20s, [&] { return _ends.size() >= count; });
    return _ends;
  }

 private:
  std::mutex _mutex;
  std::condition_variable _changed;
  Names _ends;
};

std::string joined(const Names& names) {
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all;
}

/// A row of `numbered`; needs the rows `locks` of it.
class NameEntry final : public BatchEntry {
 public:
  NameEntry(Ends& ends, std::string its, Names locks = {}, std::size_t size = 100)
      : name(std::move(its)), _ends(ends), _locks(std::move(locks)), _bytes(size) {}
  std::size_t bytes() const noexcept override { return _bytes; }
  std::span<const std::string> rows() const noexcept override { return _locks; }
  void committed() override { _ends.note(name); }
  void failed(std::exception_ptr reason) override {
    try {
      std::rethrow_exception(reason);
    } catch (const TooLarge&) {
      _ends.note(name + ": TooLarge");
    } catch (const data::DuplicateKey&) {
      _ends.note(name + ": DuplicateKey");
    } catch (const Unavailable&) {
      _ends.note(name + ": Unavailable");
    } catch (const std::exception& error) {
      _ends.note(name + ": " + error.what());
    }
  }
  const std::string name;

 private:
  Ends& _ends;
  const Names _locks;
  const std::size_t _bytes;
};

/// Inserts the names of all entries with one statement. Refuses one that is called "no".
class NameWriter final : public data::BatchWriter {
 public:
  explicit NameWriter(bool isMySql) : _isMySql(isMySql) {}

  void write(data::BatchSession& batch, std::span<BatchEntry* const> entries) override {
    Session& session = batch.session();
    const BatchLocks locks = batch.locks();
    {
      const std::lock_guard lock(_mutex);
      _sizes.push_back(entries.size());
    }
    std::string sql = "INSERT INTO numbered (name) VALUES ";
    Names names;
    for (auto* entry : entries) {
      auto& one = static_cast<NameEntry&>(*entry);
      if (one.name == "no") {
        entry->refuse(std::make_exception_ptr(std::runtime_error("not this one")));
      } else if (!hasLocked(session, entry->rows(), locks)) {
        entry->setAside();
      } else {
        names.push_back(one.name);
      }
    }
    if (names.empty()) return;
    for (std::size_t i = 0; i < names.size(); ++i) sql += i == 0 ? "(?)" : ", (?)";
    Poco::Data::Statement insert(session);
    insert << sql;
    for (auto& name : names) insert, use(name);
    insert.execute();
  }
  std::vector<std::size_t> sizes() {
    const std::lock_guard lock(_mutex);
    return _sizes;
  }

 private:
  bool hasLocked(Session& session, std::span<const std::string> rows, BatchLocks locks) const {
    for (std::string row : rows) {
      std::string found;
      session << "SELECT name FROM numbered WHERE name = ?" + std::string(!_isMySql ? ""
                                                                          : locks == BatchLocks::Skip
                                                                              ? " FOR UPDATE SKIP LOCKED"
                                                                              : " FOR UPDATE"),
          use(row), into(found), now;
      if (found.empty()) return false;
    }
    return true;
  }

  const bool _isMySql;
  std::mutex _mutex;
  std::vector<std::size_t> _sizes;
};

/// Inserts the names as text, and for each one the name `copy of …`, with a statement that has no result.
class CopyWriter final : public data::BatchWriter {
 public:
  void write(data::BatchSession& batch, std::span<BatchEntry* const> entries) override {
    std::string values;
    std::vector<std::string> copies;
    for (auto* entry : entries) {
      const auto& name = static_cast<NameEntry&>(*entry).name;
      values += (values.empty() ? "(" : ", (") + batch.quoted(name) + ")";
      copies.push_back("INSERT INTO numbered (name) VALUES (" + batch.quoted("copy of " + name) + ")");
    }
    const auto before = batch.query("SELECT COUNT(*) FROM numbered");
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, before.size());
    const auto ids = batch.insert("INSERT INTO numbered (name) VALUES " + values, entries.size());
    CPPUNIT_ASSERT_EQUAL(entries.size(), ids.size());
    batch.execute(copies);
  }
};

/// Entries that are written together.
template <typename Engine>
class BatchCases : public Engine {
  CPPUNIT_TEST_SUITE(BatchCases);
  CPPUNIT_TEST(whatWaitsIsWrittenByOneCall);
  CPPUNIT_TEST(anEntryThatCantBeWrittenFailsAlone);
  CPPUNIT_TEST(statementsWithoutResultsCount);
  CPPUNIT_TEST(anEntryWhoseLastStatementsFailFailsAlone);
  CPPUNIT_TEST(otherWritersOfTheGroupHaveNoPartInAFailure);
  CPPUNIT_TEST(refusedAndTooLargeEntriesAreTold);
  CPPUNIT_TEST(batchesStayBelowTheLimitOfBytes);
  CPPUNIT_TEST(nobodyWaitsLongerThanItsDeadline);
  CPPUNIT_TEST(theDeadlineBeginsWithTheRequest);
  CPPUNIT_TEST(whoeverHasLeftIsNotStored);
  CPPUNIT_TEST(theOwnerIsLetGoLast);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    Engine::setUp();
    this->options().wait = 20s;
  }
  void tearDown() override {
    release();
    this->closeDatabase();
    _ends = std::make_unique<Ends>();
    _writer.reset();
    Engine::tearDown();
  }

 private:
  void add(const std::string& name, std::size_t bytes = 100) {
    if (!_writer) _writer = std::make_shared<NameWriter>(this->database().dialect() == data::Dialect::MySql);
    this->database().commitBatched(_writer, std::make_unique<NameEntry>(*_ends, name, Names{}, bytes), {});
  }
  /// Blocks the committing thread until `release`, so that the following units are one group.
  void hold() {
    this->database();
    auto begun = std::make_shared<std::promise<void>>();
    _release.emplace();
    _holder = std::thread([this, begun, released = _release->get_future().share()] {
      this->database().commitTogether(
          [&](Session&) {
            begun->set_value();
            released.wait();
          },
          {});
    });
    begun->get_future().wait();
  }
  void release() {
    if (!_release) return;
    _release->set_value();
    _release.reset();
    _holder.join();
  }

  void whatWaitsIsWrittenByOneCall() {
    hold();
    for (const char* name : {"a", "b", "c"}) add(name);
    release();
    CPPUNIT_ASSERT_EQUAL(std::string("a, b, c"), joined(_ends->waitFor(3)));
    CPPUNIT_ASSERT_EQUAL(std::string("a, b, c"), joined(this->names()));
    CPPUNIT_ASSERT((_writer->sizes() == std::vector<std::size_t>{3}));
  }

  void anEntryThatCantBeWrittenFailsAlone() {
    add("b");
    CPPUNIT_ASSERT_EQUAL(std::string("b"), joined(_ends->waitFor(1)));
    hold();
    for (const char* name : {"a", "b", "c"}) add(name);
    release();
    CPPUNIT_ASSERT_EQUAL(std::string("b, a, b: DuplicateKey, c"), joined(_ends->waitFor(4)));
    CPPUNIT_ASSERT_EQUAL(std::string("b, a, c"), joined(this->names()));
  }

  void addCopied(const std::string& name) {
    this->database().commitBatched(_copies, std::make_unique<NameEntry>(*_ends, name), {});
  }

  void statementsWithoutResultsCount() {
    addCopied("a");
    CPPUNIT_ASSERT_EQUAL(std::string("a"), joined(_ends->waitFor(1)));
    hold();
    for (const char* name : {"b", "c"}) addCopied(name);
    release();
    CPPUNIT_ASSERT_EQUAL(std::string("a, b, c"), joined(_ends->waitFor(3)));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, this->count("name LIKE 'copy of %'"));
  }

  // They go with COMMIT, which the database then doesn't come to.
  void anEntryWhoseLastStatementsFailFailsAlone() {
    add("copy of b");
    _ends->waitFor(1);
    addCopied("b");
    CPPUNIT_ASSERT_EQUAL(std::string("copy of b, b: DuplicateKey"), joined(_ends->waitFor(2)));
    hold();
    for (const char* name : {"a", "b", "c"}) addCopied(name);
    release();
    CPPUNIT_ASSERT_EQUAL(std::string("copy of b, b: DuplicateKey, a, b: DuplicateKey, c"), joined(_ends->waitFor(5)));
    CPPUNIT_ASSERT_EQUAL(std::string("copy of b, a, copy of a, c, copy of c"), joined(this->names()));
  }

  void otherWritersOfTheGroupHaveNoPartInAFailure() {
    add("copy of b");
    _ends->waitFor(1);
    hold();
    addCopied("b");
    add("x");
    addCopied("c");
    add("copy of c");
    release();
    const auto ends = joined(_ends->waitFor(5));
    CPPUNIT_ASSERT_EQUAL(std::string("copy of b, b: DuplicateKey, x, c, copy of c: DuplicateKey"), ends);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, this->count("name = 'x'"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, this->count("name = 'b'"));
  }

  void refusedAndTooLargeEntriesAreTold() {
    hold();
    add("a");
    add("no");
    add("huge", std::size_t{1} << 40);
    add("c");
    release();
    CPPUNIT_ASSERT_EQUAL(std::string("a, no: not this one, huge: TooLarge, c"), joined(_ends->waitFor(4)));
    CPPUNIT_ASSERT_EQUAL(std::string("a, c"), joined(this->names()));
  }

  void batchesStayBelowTheLimitOfBytes() {
    add("first");
    _ends->waitFor(1);
    const std::size_t third = (this->database().dialect() == data::Dialect::MySql ? 12U << 20 : 256U << 20) / 3;
    hold();
    for (int i = 0; i < 7; ++i) add(std::to_string(i), third);
    release();
    CPPUNIT_ASSERT_EQUAL(std::size_t{8}, _ends->waitFor(8).size());
    for (const auto size : _writer->sizes()) CPPUNIT_ASSERT(size <= 4);
    CPPUNIT_ASSERT_EQUAL(std::size_t{8}, this->names().size());
  }

  void nobodyWaitsLongerThanItsDeadline() {
    this->options().wait = 100ms;
    hold();
    add("late");
    CPPUNIT_ASSERT_EQUAL(std::string("late: Unavailable"), joined(_ends->waitFor(1)));
    release();
    untilAvailable([this] { add("after"); });
    CPPUNIT_ASSERT_EQUAL(std::string("late: Unavailable, after"), joined(_ends->waitFor(2)));
    CPPUNIT_ASSERT_EQUAL(std::string("after"), joined(this->names()));
  }

  void theDeadlineBeginsWithTheRequest() {
    hold();
    {
      const base::RequestStart::Scope longAgo(base::systemClock().now() - 1h);
      add("late");
      CPPUNIT_ASSERT_THROW(this->database().read([](Session&) {}), Unavailable);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("late: Unavailable"), joined(_ends->waitFor(1)));
    release();
    CPPUNIT_ASSERT(this->names().empty());
  }

  // The statements of its group were run already, but no COMMIT was sent: the group is run again without it.
  void whoeverHasLeftIsNotStored() {
    this->options().wait = 200ms;
    std::promise<void> inside;
    std::promise<void> leave;
    std::thread caller([&] {
      CPPUNIT_ASSERT_THROW(this->database().commitTogetherOwned(
                               [&, first = true](Session& session) mutable {
                                 this->insert(session, "left");
                                 if (!std::exchange(first, false)) return;
                                 inside.set_value();
                                 leave.get_future().wait();
                               },
                               {}),
                           Unavailable);
    });
    inside.get_future().wait();
    caller.join();  // its time is over
    leave.set_value();
    untilAvailable(
        [this] { this->database().commitTogether([this](Session& session) { this->insert(session, "next"); }, {}); });
    CPPUNIT_ASSERT_EQUAL(std::string("next"), joined(this->names()));
  }

  void theOwnerIsLetGoLast() {
    struct Owner {
      std::promise<Names> atEnd;
      Ends& ends;
      explicit Owner(Ends& all) : ends(all) {}
      ~Owner() { atEnd.set_value(ends.waitFor(0)); }
    };
    auto owner = std::make_shared<Owner>(*_ends);
    auto atEnd = owner->atEnd.get_future();
    auto writer = std::make_shared<NameWriter>(this->database().dialect() == data::Dialect::MySql);
    this->database().commitBatched(writer, std::make_unique<NameEntry>(*_ends, "a"), std::move(owner));
    CPPUNIT_ASSERT_EQUAL(std::string("a"), joined(atEnd.get()));
  }

  std::unique_ptr<Ends> _ends = std::make_unique<Ends>();
  std::shared_ptr<NameWriter> _writer;
  const std::shared_ptr<CopyWriter> _copies = std::make_shared<CopyWriter>();
  std::optional<std::promise<void>> _release;
  std::thread _holder;
};

CPPUNIT_TEST_SUITE_REGISTRATION(BatchCases<OnSqlite>);
static const RegisterWithMySql<BatchCases<OnMySql>> OnServer;

/// Rows that somebody else has locked.
class MySqlAsideTest : public OnMySql {
  CPPUNIT_TEST_SUITE(MySqlAsideTest);
  CPPUNIT_TEST(aForeignLockDelaysNobodyElse);
  CPPUNIT_TEST(theOrderOfARowIsKept);
  CPPUNIT_TEST(whatStaysLockedIsUnavailable);
  CPPUNIT_TEST(onlySoManyWaitForALock);
  CPPUNIT_TEST(aFunctionThatMeetsALockIsSetAside);
  CPPUNIT_TEST(aServerThatStandsStillLosesItsLocks);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    OnMySql::setUp();
    options().wait = 5s;
    for (const char* name : {"x", "y", "z"}) {
      database().transaction([&](Session& session) { insert(session, name); });
    }
    _writer = std::make_shared<NameWriter>(true);
  }
  void tearDown() override {
    unlock();
    closeDatabase();
    OnMySql::tearDown();
  }

 private:
  void add(const std::string& name, Names locks) {
    database().commitBatched(_writer, std::make_unique<NameEntry>(_ends, name, std::move(locks)), {});
  }
  bool isMariaDb() {
    std::string version;
    database().read([&](Session& session) { session << "SELECT VERSION()", into(version), now; });
    return version.find("MariaDB") != std::string::npos;
  }
  void lock(const std::string& name) {
    std::promise<void> locked;
    _unlock.emplace();
    _locker = std::thread([&, name, unlocked = _unlock->get_future().share()] {
      database().transaction([&](Session& session) {
        std::string row = name;
        session << "SELECT name FROM numbered WHERE name = ? FOR UPDATE", use(row), now;
        locked.set_value();
        unlocked.wait();
      });
    });
    locked.get_future().wait();
  }
  void unlock() {
    if (!_unlock) return;
    _unlock->set_value();
    _unlock.reset();
    _locker.join();
  }

  void aForeignLockDelaysNobodyElse() {
    lock("x");
    add("needs x", {"x"});
    add("needs y", {"y"});
    add("needs nothing", {});
    CPPUNIT_ASSERT_EQUAL(std::string("needs y, needs nothing"), joined(_ends.waitFor(2)));
    unlock();
    CPPUNIT_ASSERT_EQUAL(std::string("needs y, needs nothing, needs x"), joined(_ends.waitFor(3)));
  }

  // In the middle of its transaction, with a row that all need.
  void aServerThatStandsStillLosesItsLocks() {
    if (!isMariaDb()) return;  // MySQL ends idle connections, after 45 s
    const auto standing = another();
    std::promise<void> locked;
    std::promise<void> goesOn;
    const auto change = [](Session& session) {
      session << "UPDATE numbered SET body = 'changed' WHERE name = 'x'", now;
    };
    std::thread stands([&] {
      bool isFirst = true;
      standing->commitTogether(
          [&](Session& session) {
            change(session);
            if (!std::exchange(isFirst, false)) return;  // it is tried again
            locked.set_value();
            goesOn.get_future().wait();
          },
          {});
    });
    locked.get_future().wait();
    untilAvailable([&] { database().commitTogether(change, {}); });
    goesOn.set_value();
    stands.join();
  }

  void theOrderOfARowIsKept() {
    lock("x");
    add("1", {"x"});
    add("free", {"z"});
    CPPUNIT_ASSERT_EQUAL(std::string("free"), joined(_ends.waitFor(1)));
    add("2", {"x", "y"});
    add("3", {"y"});  // y itself isn't locked, but 2 waits with it
    add("free too", {"z"});
    CPPUNIT_ASSERT_EQUAL(std::string("free, free too"), joined(_ends.waitFor(2)));
    unlock();
    CPPUNIT_ASSERT_EQUAL(std::string("free, free too, 1, 2, 3"), joined(_ends.waitFor(5)));
  }

  void whatStaysLockedIsUnavailable() {
    closeDatabase();
    options().wait = 300ms;
    database();
    lock("x");
    add("needs x", {"x"});
    CPPUNIT_ASSERT_EQUAL(std::string("needs x: Unavailable"), joined(_ends.waitFor(1)));
    unlock();
    add("again", {"x"});
    CPPUNIT_ASSERT_EQUAL(std::string("needs x: Unavailable, again"), joined(_ends.waitFor(2)));
    CPPUNIT_ASSERT_EQUAL(std::string("x, y, z, again"), joined(names()));
  }

  // One is being committed, three wait; the others are told at once.
  void onlySoManyWaitForALock() {
    closeDatabase();
    options().wait = 60s;
    options().groupMaxWaiting = 3;
    database();
    lock("x");
    for (const char* name : {"1", "2", "3", "4", "5", "6"}) {
      untilAvailable([&] { add(name, {"x"}); });
    }
    for (const auto& end : _ends.waitFor(2)) CPPUNIT_ASSERT(end.ends_with(": Unavailable"));
    unlock();
    auto ends = _ends.waitFor(6);
    CPPUNIT_ASSERT_EQUAL(std::size_t{6}, ends.size());
    std::erase_if(ends, [](const std::string& end) { return end.ends_with(": Unavailable"); });
    CPPUNIT_ASSERT(ends.size() >= 3 && ends.size() <= 4 && std::is_sorted(ends.begin(), ends.end()));
  }

  void aFunctionThatMeetsALockIsSetAside() {
    lock("x");
    std::thread caller([this] {
      database().commitTogether(
          [](Session& session) { session << "UPDATE numbered SET body = 'new' WHERE name = 'x'", now; },
          [this] { _ends.note("function"); });
    });
    while (_ends.waitFor(0).empty()) {
      add("free", {});
      _ends.waitFor(1);
    }
    CPPUNIT_ASSERT_EQUAL(std::string("free"), joined(_ends.waitFor(1)));
    unlock();
    caller.join();
    CPPUNIT_ASSERT_EQUAL(std::string("free, function"), joined(_ends.waitFor(2)));
  }

  Ends _ends;
  std::shared_ptr<NameWriter> _writer;
  std::optional<std::promise<void>> _unlock;
  std::thread _locker;
};

static const RegisterWithMySql<MySqlAsideTest> AsideOnServer;

}  // namespace chat::test
