#include <Poco/Data/Session.h>
#include <zlib.h>

#include <array>
#include <atomic>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

#include "archive/backup/BackupCommand.h"
#include "archive/backup/RestoreCommand.h"
#include "archive/backup/VerifyCommand.h"
#include "plugins/archive/ArchiveFixture.h"
#include "support/SearchProgress.h"

namespace chat::test {

using namespace Poco::Data::Keywords;

/// Commands `backup` and `restore`.
class BackupTest : public ArchiveFixture {
  CPPUNIT_TEST_SUITE(BackupTest);
  CPPUNIT_TEST(aRestoredChatIsTheSame);
  CPPUNIT_TEST(theOtherEngineRestoresIt);
  CPPUNIT_TEST(itIsOfOneMomentWhileOthersWrite);
  CPPUNIT_TEST(idsOfRemovedMessagesAreNotGivenAgain);
  CPPUNIT_TEST(aDamagedFileIsRefused);
  CPPUNIT_TEST(anotherReleaseIsRefused);
  CPPUNIT_TEST(onlyAnEmptyDatabaseIsFilled);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ArchiveFixture::setUp();
    addUser("Ann", ann);
    addUser("bob", bob);
    _backup = std::make_unique<archive::BackupCommand>(database(), clock);
    _file = (folder / "chat.backup").string();
  }
  void tearDown() override {
    _backup.reset();
    if (_target && _target->dialect() == data::Dialect::MySql) {
      _target->read([&](Poco::Data::Session& session) { session << "DROP DATABASE `" + _targetName + "`", now; });
    }
    _target.reset();
    ArchiveFixture::tearDown();
  }

 private:
  void makeTarget(data::Dialect engine) {
    data::Options options = engine == data::Dialect::MySql ? mySqlServer().value() : data::Options{};
    options.engine = engine;
    options.name = _targetName = folder.filename().string() + "-target";
    options.file = folder / "target.db";
    options.schema = CHAT_SCHEMA_DIR;
    _target = std::make_unique<data::SqlDatabase>(options);
    _target->start();
    makeTables(*_target);
    support::SearchProgress(*_target).begin(1);
  }
  std::string write() {
    const Ran ran = run(*_backup, {_file});
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.detail, 0, ran.code);
    return ran.output;
  }
  Ran restore() {
    archive::RestoreCommand command(*_target);
    return run(command, {_file});
  }
  void expectTargetSound() {
    archive::VerifyCommand verify(*_target);
    const Ran ran = run(verify, {});
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.output, 0, ran.code);
  }
  /// All that a user sees there.
  std::string seen(data::Database& database) {
    conversations::ConversationsHandler list(database);
    msgsearch::MsgSearchHandler finder(database, base::systemClock(), msgsearch::MsgSearchHandler::Settings{});
    std::ostringstream all;
    for (FakeSocket* socket : {&ann, &bob}) {
      all << socket->send(list, "conversations", R"({"data":{"type":"conversation"}})").document
          << socket->send(finder, "msgsearch", R"({"data":{"type":"msg"},"meta":{"search":"grosse"}})").document
          << socket->send(finder, "msgsearch", R"({"data":{"type":"msg","message":{"sid":"ann","rid":"bob"}}})")
                 .document;
    }
    return all.str();
  }
  void fill() {
    for (int i = 0; i < 1100; ++i) send(i % 3 == 0 ? ann : bob, i % 3 == 0 ? "bob" : "ann", "m" + std::to_string(i));
    const std::string at = send(bob, "ann", "die Größe \xF0\x9F\x98\x80 \"x\"\n\x01");
    send(ann, "ann", "note");
    send(bob, "ann", "last");
    read(ann, "bob", at);
    execute("INSERT INTO session_token VALUES ('" + std::string(64, 'a') + "', 1, 1, 99999999999999)");
    execute("INSERT INTO last_seen VALUES (1, 5)");
    execute("INSERT INTO flask_import_left VALUES (1, 0, 7)");
  }

  void aRestoredChatIsTheSame() {
    fill();
    CPPUNIT_ASSERT_EQUAL(std::string("wrote 1115 rows\n"), write());
    makeTarget(_engine);
    const Ran ran = restore();
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.detail, 0, ran.code);
    CPPUNIT_ASSERT_EQUAL(std::string("restored 1115 rows\n"), ran.output);
    expectTargetSound();
    CPPUNIT_ASSERT_EQUAL(seen(database()), seen(*_target));
  }

  void theOtherEngineRestoresIt() {
    if (!mySqlServer()) return;
    fill();
    write();
    makeTarget(isMySql() ? data::Dialect::Sqlite : data::Dialect::MySql);
    const Ran ran = restore();
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.detail, 0, ran.code);
    expectTargetSound();
    CPPUNIT_ASSERT_EQUAL(seen(database()), seen(*_target));
  }

  void itIsOfOneMomentWhileOthersWrite() {
    for (int i = 0; i < 600; ++i) send(ann, "bob", "before");
    std::atomic<bool> isDone = false;
    std::atomic<int> sent = 0;
    std::thread sender([&] {
      while (!isDone) {
        bob.send(*messages, "messages", R"({"data":{"type":"msg","message":{"rid":"ann","message_data":"x"}}})");
        ++sent;
      }
    });
    while (sent == 0) std::this_thread::yield();
    write();
    isDone = true;
    sender.join();
    makeTarget(_engine);
    CPPUNIT_ASSERT_EQUAL(0, restore().code);
    expectTargetSound();
  }

  void idsOfRemovedMessagesAreNotGivenAgain() {
    send(ann, "bob", "stays");
    send(ann, "bob", "newest");
    const auto newest = number("SELECT MAX(id) FROM message");
    execute("DELETE FROM message WHERE id = " + std::to_string(newest));
    execute("UPDATE conversation SET message_count = 1, last_message_id = " + std::to_string(newest - 1));
    write();
    makeTarget(_engine);
    CPPUNIT_ASSERT_EQUAL(0, restore().code);
    MessagesWithFeed there(*_target, emitter, clock);
    const Answer answer =
        ann.send(there, "messages", R"({"data":{"type":"msg","message":{"rid":"bob","message_data":"next"}}})");
    CPPUNIT_ASSERT(std::stoll(answer.text("/data/id")) > newest);
  }

  void expectRefused(const std::string& detail) {
    const Ran ran = restore();
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.detail, 400, ran.code);
    CPPUNIT_ASSERT_MESSAGE(ran.detail, ran.detail.find(detail) != std::string::npos);
    Poco::Int64 accounts = 0;
    _target->read(
        [&](Poco::Data::Session& session) { session << "SELECT COUNT(*) FROM account", into(accounts), now; });
    CPPUNIT_ASSERT_EQUAL_MESSAGE("nothing is stored", Poco::Int64{0}, accounts);
  }
  std::string content() const {
    std::ostringstream bytes;
    bytes << std::ifstream(_file, std::ios::binary).rdbuf();
    return bytes.str();
  }
  void replace(const std::string& bytes) { std::ofstream(_file, std::ios::binary | std::ios::trunc) << bytes; }
  /// The lines of the file, changed.
  void rewrite(const std::function<void(std::string& text)>& edit) {
    std::string text;
    gzFile in = gzopen(_file.c_str(), "rb");
    std::array<char, 4096> buffer;
    for (int count = 0; (count = gzread(in, buffer.data(), buffer.size())) > 0;) text.append(buffer.data(), count);
    gzclose(in);
    edit(text);
    gzFile out = gzopen(_file.c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
  }

  void aDamagedFileIsRefused() {
    send(ann, "bob", "one");
    write();
    makeTarget(_engine);
    const std::string whole = content();
    replace(whole.substr(0, whole.size() / 2));
    expectRefused("is damaged");
    std::string changed = whole;
    changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 0x55);
    replace(changed);
    expectRefused("is damaged");
    replace("no backup at all");
    expectRefused("is not a backup");
    replace("");
    expectRefused("is damaged");
    replace(whole);
    rewrite([](std::string& text) { text.replace(text.find("\"one\""), 5, "\"two\""); });
    expectRefused("its checksum is wrong");
    replace(whole);
    rewrite([](std::string& text) { text.resize(text.rfind('\n', text.size() - 2) + 1); });
    expectRefused("it ends in the middle");
    replace(whole);
    CPPUNIT_ASSERT_EQUAL(0, restore().code);
  }

  void anotherReleaseIsRefused() {
    write();
    makeTarget(_engine);
    const std::string whole = content();
    rewrite([](std::string& text) { text.replace(text.find("\"messages\":6"), 12, "\"messages\":7"); });
    CPPUNIT_ASSERT(restore().detail.starts_with("The backup is from a newer release: its tables of messages"));
    replace(whole);
    rewrite([](std::string& text) { text.replace(text.find("\"messages\":6"), 12, "\"messages\":5"); });
    CPPUNIT_ASSERT(restore().detail.starts_with("The backup is from an older release"));
    replace(whole);
    rewrite([](std::string& text) { text.replace(text.find("\"version\":1"), 11, "\"version\":2"); });
    expectRefused("newer releases");
  }

  void onlyAnEmptyDatabaseIsFilled() {
    write();
    makeTarget(_engine);
    CPPUNIT_ASSERT_EQUAL(0, restore().code);
    const Ran again = restore();
    CPPUNIT_ASSERT_EQUAL(409, again.code);
    CPPUNIT_ASSERT(again.detail.starts_with("The database is not empty: the table account has rows"));
    CPPUNIT_ASSERT_EQUAL_MESSAGE("a file isn't overwritten either", 409, run(*_backup, {_file}).code);
  }

  FakeSocket ann;
  FakeSocket bob;
  std::unique_ptr<archive::BackupCommand> _backup;
  std::unique_ptr<data::SqlDatabase> _target;
  std::string _targetName;
  std::string _file;
};

CHAT_DATABASE_TEST_REGISTRATION(BackupTest);

}  // namespace chat::test
