#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <cppunit/extensions/HelperMacros.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>

#include "TestDatabase.h"
#include "data/engine/SqliteFile.h"

namespace chat::test {

namespace fs = std::filesystem;
using data::CommitInDoubt;
using data::DamagedFile;
using data::Unavailable;
using Poco::Data::Session;
using namespace Poco::Data::Keywords;
using namespace std::chrono_literals;

/// The database file is removed, replaced or damaged while the server runs.
class SqliteFileTest : public OnSqlite {
  CPPUNIT_TEST_SUITE(SqliteFileTest);
  CPPUNIT_TEST(aRemovedFileAcceptsNoWrites);
  CPPUNIT_TEST(aReplacedFileAcceptsNoWrites);
  CPPUNIT_TEST(aRemovedLogAcceptsNoWrites);
  CPPUNIT_TEST(anEmptiedFileAcceptsNoWrites);
  CPPUNIT_TEST(aCommitToARemovedFileIsInDoubt);
  CPPUNIT_TEST(theFilesAreMadePrivate);
  CPPUNIT_TEST(anyFileNameWorks);
  CPPUNIT_TEST(aLinkIsEnough);
  CPPUNIT_TEST(aDamagedFileIsNotStarted);
  CPPUNIT_TEST(detectedDamageStopsEverything);
  CPPUNIT_TEST(notReadyWhileNothingCanBeWritten);
  CPPUNIT_TEST_SUITE_END();

  fs::path file(const char* suffix = "") { return options().file.string() + suffix; }
  fs::path aside() { return folder().path() / "aside"; }

  void write(const std::string& name) {
    database().commitTogether([&](Session& session) { insert(session, name); }, {});
  }

  void requireRefused(const std::string& why) {
    CPPUNIT_ASSERT_THROW(write("lost"), Unavailable);
    CPPUNIT_ASSERT_THROW(database().transaction([this](Session& session) { insert(session, "lost"); }), Unavailable);
    CPPUNIT_ASSERT_THROW(count(), Unavailable);
    try {
      database().ping();
      CPPUNIT_FAIL("ready");
    } catch (const Unavailable& error) {
      CPPUNIT_ASSERT_MESSAGE(error.what(), std::string(error.what()).find(why) != std::string::npos);
    }
  }

  void requireServing() {
    database().ping();
    write("later");
    CPPUNIT_ASSERT((names() == std::vector<std::string>{"kept", "later"}));
  }

  void aRemovedFileAcceptsNoWrites() {
    write("kept");
    fs::rename(file(), aside());
    requireRefused("is gone");
    CPPUNIT_ASSERT(!fs::exists(file()));
    fs::rename(aside(), file());
    requireServing();
  }

  void aReplacedFileAcceptsNoWrites() {
    write("kept");
    fs::rename(file(), aside());
    fs::copy_file(aside(), file());
    requireRefused("was replaced by another");
    fs::rename(aside(), file());
    requireServing();
  }

  void aRemovedLogAcceptsNoWrites() {
    write("kept");
    fs::rename(file("-wal"), aside());
    requireRefused("-wal is gone");
    fs::rename(aside(), file("-wal"));
    requireServing();
  }

  void anEmptiedFileAcceptsNoWrites() {
    write("kept");
    fs::resize_file(file(), 0);
    requireRefused("was emptied");
  }

  void aCommitToARemovedFileIsInDoubt() {
    options().wait = 200ms;
    std::promise<void> told;
    const auto remove = [this](Session& session) {
      insert(session, "kept");
      fs::rename(file(), aside());
    };
    CPPUNIT_ASSERT_THROW(database().commitTogetherOwned(remove, [&] { told.set_value(); }), CommitInDoubt);
    fs::rename(aside(), file());
    CPPUNIT_ASSERT(told.get_future().wait_for(10s) == std::future_status::ready);
    CPPUNIT_ASSERT_THROW(database().transaction([this](Session& session) {
      insert(session, "unknown");
      fs::rename(file(), aside());
    }),
                         CommitInDoubt);
    fs::rename(aside(), file());
  }

  void theFilesAreMadePrivate() {
    write("kept");
    closeDatabase();
    const auto before = ::umask(0);
    fs::permissions(file(), fs::perms(0666));
    write("later");
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm"}) {
      CPPUNIT_ASSERT(fs::status(file(suffix)).permissions() == fs::perms(0600));
    }
  }

  void anyFileNameWorks() {
    options().file = folder().path() / "100% ours? #1 & \xc3\xa4.db";
    write("kept");
    CPPUNIT_ASSERT(fs::exists(file("-wal")));
    requireServing();
  }

  void aLinkIsEnough() {
    write("kept");
    closeDatabase();
    const auto link = folder().path() / "link.db";
    fs::create_symlink(file(), link);
    options().file = link;
    requireServing();
    fs::remove(link);
    requireRefused("link.db is gone");
  }

  /// In the middle of the file, beyond the schema.
  void damage() {
    std::fstream stream(file(), std::ios::binary | std::ios::in | std::ios::out);
    const auto size = static_cast<std::streamoff>(fs::file_size(file()));
    const std::string rubbish(static_cast<std::size_t>(size / 2), '\xa5');
    stream.seekp(size - static_cast<std::streamoff>(rubbish.size()));
    stream << rubbish;
  }

  void fill() {
    database().transaction([this](Session& session) {
      for (int i = 0; i < 200; ++i) insert(session, "row " + std::to_string(i), std::string(500, 'x'));
    });
    closeDatabase();
  }

  void aDamagedFileIsNotStarted() {
    fill();
    damage();
    CPPUNIT_ASSERT_THROW(another(), DamagedFile);
    std::ofstream(file(), std::ios::binary) << std::string(8192, 'x');
    CPPUNIT_ASSERT_THROW(another(), DamagedFile);
  }

  void detectedDamageStopsEverything() {
    options().quickCheck = 0ms;
    fill();
    damage();
    CPPUNIT_ASSERT_THROW(names(), Unavailable);
    requireRefused("is damaged");
  }

  // As on a full disk: writes that would make a file grow fail.
  void notReadyWhileNothingCanBeWritten() {
    database();
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    rlimit none = before;
    none.rlim_cur = fs::file_size(file("-wal"));
    setrlimit(RLIMIT_FSIZE, &none);
    bool isReady = true;
    bool isStored = true;
    try {
      database().ping();
    } catch (const Unavailable&) {
      isReady = false;
    }
    try {
      write("lost");
    } catch (const Unavailable&) {
      isStored = false;
    }
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    CPPUNIT_ASSERT(!isReady);
    CPPUNIT_ASSERT(!isStored);
    write("kept");
    requireServing();
  }
};
CPPUNIT_TEST_SUITE_REGISTRATION(SqliteFileTest);

}  // namespace chat::test
