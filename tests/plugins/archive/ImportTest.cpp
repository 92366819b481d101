#include <Poco/Data/MySQL/Connector.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Session.h>
#include <Poco/Logger.h>

#include <fstream>

#include "archive/flask/ImportCommand.h"
#include "archive/removal/EraseCommand.h"
#include "archive/removal/Erasure.h"
#include "login/LoginHandler.h"
#include "plugins/archive/ArchiveFixture.h"
#include "support/ImportedPassword.h"

namespace chat::test {

using namespace std::chrono_literals;
using namespace Poco::Data::Keywords;

/// Command `import-flask`. The Flask chat is in a database of the same kind as the chat's own.
class ImportTest : public ArchiveFixture {
  CPPUNIT_TEST_SUITE(ImportTest);
  CPPUNIT_TEST(accountsAndMessagesAreTakenOver);
  CPPUNIT_TEST(runningAgainTakesOnlyWhatIsNew);
  CPPUNIT_TEST(oldPasswordsLogInAndAreReplaced);
  CPPUNIT_TEST(whatCannotBeTakenIsReportedAndTriedAgain);
  CPPUNIT_TEST(namesThatDifferInCaseOnly);
  CPPUNIT_TEST(aCheckStoresNothing);
  CPPUNIT_TEST(messagesMayCountAsRead);
  CPPUNIT_TEST(partiesMayBeIds);
  CPPUNIT_TEST(aChatInUseIsNotMixedWithOldMessages);
  CPPUNIT_TEST(erasedAccountsDontComeBack);
  CPPUNIT_TEST(nothingOfAnAccountThatIsBeingErased);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ArchiveFixture::setUp();
    _import = std::make_unique<archive::ImportCommand>(database(), clock);
    if (isMySql()) {
      const auto server = mySqlServer().value();
      _name = folder.filename().string();
      execute("CREATE DATABASE `" + _name + "` CHARACTER SET utf8mb4");
      Poco::Data::MySQL::Connector::registerConnector();
      _flask = std::make_unique<Poco::Data::Session>(
          "MySQL", "host=" + server.host + ";port=" + std::to_string(server.port) + ";user=" + server.user +
                       ";password=" + server.password + ";db=" + _name + ";character-set=utf8mb4");
      makeFlask("VARCHAR(64)", "INT PRIMARY KEY AUTO_INCREMENT", "JSON", "DATETIME");
    } else {
      Poco::Data::SQLite::Connector::registerConnector();
      _flask = std::make_unique<Poco::Data::Session>("SQLite", (folder / "flask.db").string());
      makeFlask("TEXT", "INTEGER PRIMARY KEY", "JSON", "DATETIME");
    }
  }
  void tearDown() override {
    _flask.reset();
    _import.reset();
    if (isMySql()) execute("DROP DATABASE `" + _name + "`");
    ArchiveFixture::tearDown();
  }

 private:
  void makeFlask(const std::string& name, const std::string& id, const std::string& json, const std::string& date) {
    *_flask << "CREATE TABLE accounts (id " + id + ", username " + name + ", password VARCHAR(128), salt VARCHAR(32))",
        now;
    *_flask << "CREATE TABLE messages (id " + id + ", sid " + name + ", rid " + name + ", message TEXT, attributes " +
                   json + ", date " + date + ")",
        now;
  }
  /// With a digest of the password "old secret".
  void account(std::uint64_t id, const std::string& name, const std::string& password = PlainDigest) {
    std::string boundName = name;
    std::string boundPassword = password;
    Poco::UInt64 boundId = id;
    *_flask << "INSERT INTO accounts VALUES (?, ?, ?, '0123456789abcdef')", use(boundId), use(boundName),
        use(boundPassword), now;
  }
  void message(std::uint64_t id, const std::string& from, const std::string& to, const std::string& text,
               const std::string& date = "2021-03-04 05:06:07", const std::string& attributes = "{}") {
    Poco::UInt64 boundId = id;
    std::string values[] = {from, to, text, attributes, date};
    *_flask << "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", use(boundId), use(values[0]), use(values[1]),
        use(values[2]), use(values[3]), use(values[4]), now;
  }
  Ran import(std::vector<std::string> words = {}) {
    if (isMySql()) {
      const auto server = mySqlServer().value();
      words.insert(words.begin(), {"--mysql=" + server.host + ":" + std::to_string(server.port) + "/" + _name,
                                   "--user=" + server.user});
      return run(*_import, std::move(words), server.password);
    }
    words.insert(words.begin(), "--sqlite=" + (folder / "flask.db").string());
    return run(*_import, std::move(words));
  }
  /// A socket of an account.
  void become(FakeSocket& socket, const std::string& name) {
    const std::string id = std::to_string(number("SELECT id FROM account WHERE name = '" + name + "'"));
    socket.setIdentity(plugin::Identity{base::UserId{id}, name, "credential", std::nullopt});
  }
  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder / name, std::ios::binary) << content;
    return (folder / name).string();
  }
  Answer logIn(login::LoginHandler& handler, const std::string& name, const std::string& password) {
    FakeSocket socket;
    return socket.send(
        handler, "login",
        R"({"data":{"type":"login","user_auth":{"username":")" + name + R"(","password":")" + password + R"("}}})");
  }

  void accountsAndMessagesAreTakenOver() {
    account(1, "Anna");
    account(2, "ben");
    message(1, "Anna", "ben", "first", "2021-03-04 05:06:07", R"({"image":{"url":"http://x.example/a.png"}})");
    message(2, "ben", "anna", "zweite Größe \xF0\x9F\x98\x80", "2021-03-04 05:06:08");
    message(3, "Anna", "Anna", "to myself", "2021-03-05 00:00:00");
    const Ran ran = import();
    CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.detail, 0, ran.code);
    CPPUNIT_ASSERT_EQUAL(std::string("took over 2 accounts and 3 messages\n"), ran.output);

    FakeSocket anna;
    FakeSocket ben;
    become(anna, "Anna");
    become(ben, "ben");
    CPPUNIT_ASSERT_EQUAL(std::string("zweite Größe \xF0\x9F\x98\x80,first"), page(anna, "ben"));
    CPPUNIT_ASSERT_EQUAL(std::string("to myself"), page(anna, "anna"));
    CPPUNIT_ASSERT_EQUAL(1, unread(anna, "ben"));
    CPPUNIT_ASSERT_EQUAL(1, unread(ben, "Anna"));
    CPPUNIT_ASSERT_EQUAL(std::string("zweite Größe \xF0\x9F\x98\x80"), found(anna, "grosse"));
    CPPUNIT_ASSERT_EQUAL(std::string("first"), found(ben, "has:image"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1'614'834'367'000}, number("SELECT MIN(created_at) FROM message"));
    expectSound();

    send(ben, "anna", "live");
    CPPUNIT_ASSERT_EQUAL(std::string("live,zweite Größe \xF0\x9F\x98\x80,first"), page(anna, "ben"));
    CPPUNIT_ASSERT_EQUAL(2, unread(anna, "ben"));
    expectSound();
  }

  void runningAgainTakesOnlyWhatIsNew() {
    account(1, "anna");
    account(2, "ben");
    for (int i = 1; i <= 700; ++i)
      message(i, i % 2 == 0 ? "anna" : "ben", i % 2 == 0 ? "ben" : "anna", "m" + std::to_string(i));
    CPPUNIT_ASSERT_EQUAL(std::string("took over 2 accounts and 700 messages\n"), import().output);
    CPPUNIT_ASSERT_EQUAL(std::string("took over 0 accounts and 0 messages\n"), import().output);
    account(3, "carl");
    message(701, "carl", "anna", "new");
    CPPUNIT_ASSERT_EQUAL(std::string("took over 1 account and 1 message\n"), import().output);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{701}, number("SELECT COUNT(*) FROM message"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{700}, number("SELECT COUNT(*) FROM message m JOIN message n ON n.id = m.id + 1"
                                                   " WHERE m.body <> n.body"));
    expectSound();
  }

  void oldPasswordsLogInAndAreReplaced() {
    account(1, "anna");
    account(2, "ben", HexedDigest);
    account(3, "carl", "no digest");
    const Ran ran = import();
    CPPUNIT_ASSERT_EQUAL(0, ran.code);
    CPPUNIT_ASSERT_MESSAGE(ran.output,
                           ran.output.find(R"("id":3,"username":"carl","taken":true)") != std::string::npos);

    const login::PasswordHasher hasher({1, 8192});
    login::LoginHandler handler(database(), Poco::Logger::get("import-test"), clock, hasher,
                                login::LoginHandler::Settings{true, 2h});
    const auto hash = [&](const std::string& name) {
      return number("SELECT COUNT(*) FROM account WHERE name = '" + name +
                    "' AND password_hash LIKE '$pbkdf2-sha256$%'");
    };
    CPPUNIT_ASSERT_EQUAL(401, logIn(handler, "anna", "wrong").code());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, hash("anna"));
    for (const char* name : {"anna", "ben"}) {
      CPPUNIT_ASSERT_EQUAL(0, logIn(handler, name, "old secret").status);
      CPPUNIT_ASSERT_EQUAL_MESSAGE("replaced", std::int64_t{0}, hash(name));
      CPPUNIT_ASSERT_EQUAL(0, logIn(handler, name, "old secret").status);
      CPPUNIT_ASSERT_EQUAL(401, logIn(handler, name, "old secrets").code());
    }
    for (const char* password : {"", "!", "no digest"})
      CPPUNIT_ASSERT_EQUAL(401, logIn(handler, "carl", password).code());
  }

  void whatCannotBeTakenIsReportedAndTriedAgain() {
    account(1, "anna");
    account(2, "Ben Smith");
    message(1, "anna", "Ben Smith", "hello");
    message(2, "anna", "nobody", "lost");
    message(3, "anna", "anna", "bad", "2021-03-04 05:06:07", R"({"video":{"url":"ftp://x"}})");
    message(4, "anna", "anna", "good");
    const std::string report = (folder / "report.jsonl").string();
    const Ran ran = import({"--report", report});
    CPPUNIT_ASSERT_EQUAL(409, ran.code);
    CPPUNIT_ASSERT_EQUAL(std::string("4 rows were not taken over; the report says why"), ran.detail);
    CPPUNIT_ASSERT_EQUAL(std::string("took over 1 account and 1 message\n"), ran.output);
    std::ifstream lines(report);
    std::vector<std::string> all;
    for (std::string line; std::getline(lines, line);) all.push_back(line);
    CPPUNIT_ASSERT_EQUAL(std::size_t{4}, all.size());
    CPPUNIT_ASSERT(
        all[0].starts_with(R"({"table":"accounts","id":2,"username":"Ben Smith","taken":false,"reason":"a name has)"));
    CPPUNIT_ASSERT(all[1].starts_with(R"({"table":"messages","id":1,"taken":false,"reason":"rid: its account)"));
    CPPUNIT_ASSERT(all[2].starts_with(R"({"table":"messages","id":2,"taken":false,"reason":"rid: there is no)"));
    CPPUNIT_ASSERT(all[3].starts_with(R"({"table":"messages","id":3,"taken":false,"reason":"attributes.video.url)"));
    expectSound();

    const Ran again = import({"--names", file("names", "Ben Smith\tben.smith\r\n"), "--keep-text"});
    CPPUNIT_ASSERT_EQUAL(409, again.code);
    CPPUNIT_ASSERT(again.output.find("took over 1 account and 2 messages\n1 row of them without a part\n") !=
                   std::string::npos);
    CPPUNIT_ASSERT(again.detail.starts_with("1 row "));
    FakeSocket ben;
    become(ben, "ben.smith");
    CPPUNIT_ASSERT_EQUAL(std::string("hello"), page(ben, "anna"));
    expectSound();
  }

  void namesThatDifferInCaseOnly() {
    account(1, "Anna");
    if (isMySql()) return;  // its names usually ignore case, so there it can't happen
    account(2, "anna");
    message(1, "anna", "Anna", "between them");
    const Ran ran = import();
    CPPUNIT_ASSERT_EQUAL(409, ran.code);
    CPPUNIT_ASSERT_MESSAGE(
        ran.output,
        ran.output.find("the names of this account and the account 1 differ in case only") != std::string::npos);
    const Ran again = import({"--names", file("names", "anna\tanna2\n")});
    CPPUNIT_ASSERT_EQUAL_MESSAGE(again.output, 0, again.code);
    FakeSocket anna;
    become(anna, "anna2");
    CPPUNIT_ASSERT_EQUAL(std::string("between them"), page(anna, "Anna"));
    expectSound();
  }

  void aCheckStoresNothing() {
    account(1, "anna");
    account(2, "Ben Smith");
    message(1, "anna", "anna", "one");
    message(2, "anna", "Ben Smith", "two");
    const Ran ran = import({"--dry-run"});
    CPPUNIT_ASSERT_EQUAL(409, ran.code);
    CPPUNIT_ASSERT(ran.output.find("would take over 1 account and 1 message\n") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::string("2 rows would not be taken over; the report says why"), ran.detail);
    for (const char* table : {"account", "message", "flask_import", "flask_import_left"}) {
      CPPUNIT_ASSERT_EQUAL_MESSAGE(table, std::int64_t{0}, number("SELECT COUNT(*) FROM " + std::string(table)));
    }
  }

  void messagesMayCountAsRead() {
    account(1, "anna");
    account(2, "ben");
    for (int i = 1; i <= 300; ++i) message(i, "ben", "anna", "m");
    CPPUNIT_ASSERT_EQUAL(0, import({"--mark-read"}).code);
    FakeSocket anna;
    FakeSocket ben;
    become(anna, "anna");
    become(ben, "ben");
    CPPUNIT_ASSERT_EQUAL(0, unread(anna, "ben"));
    send(ben, "anna", "live");
    CPPUNIT_ASSERT_EQUAL(1, unread(anna, "ben"));
    expectSound();
  }

  void partiesMayBeIds() {
    *_flask << "DROP TABLE messages", now;
    *_flask << "CREATE TABLE messages (id INTEGER PRIMARY KEY, sid INTEGER, rid INTEGER, message TEXT, attributes TEXT,"
               " date TEXT)",
        now;
    account(7, "anna");
    account(9, "7");
    *_flask << "INSERT INTO messages VALUES (1, 7, 9, 'by ids', NULL, '1614834367')", now;
    CPPUNIT_ASSERT_EQUAL(0, import().code);
    FakeSocket anna;
    become(anna, "anna");
    CPPUNIT_ASSERT_EQUAL(std::string("by ids"), page(anna, "7"));
  }

  void aChatInUseIsNotMixedWithOldMessages() {
    FakeSocket carl;
    addUser("carl", carl);
    send(carl, "carl", "already here");
    account(1, "Carl");
    account(2, "anna");
    message(1, "anna", "anna", "old");
    CPPUNIT_ASSERT_EQUAL(409, import().code);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM message"));
    const Ran ran = import({"--into-used"});
    CPPUNIT_ASSERT_EQUAL(409, ran.code);
    CPPUNIT_ASSERT_MESSAGE(ran.output,
                           ran.output.find("this chat has an account of the name already") != std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{2}, number("SELECT COUNT(*) FROM message"));
    expectSound();
  }

  void erasedAccountsDontComeBack() {
    account(1, "anna");
    account(2, "ben");
    message(1, "anna", "ben", "one");
    CPPUNIT_ASSERT_EQUAL(0, import().code);
    archive::EraseCommand erase(database(), clock);
    CPPUNIT_ASSERT_EQUAL(0, run(erase, {"anna"}).code);
    message(2, "anna", "ben", "two");
    const Ran ran = import();
    CPPUNIT_ASSERT_EQUAL(0, ran.code);
    CPPUNIT_ASSERT_EQUAL(std::string("took over 0 accounts and 0 messages\n"
                                     "1 message of accounts that were erased here: not taken\n"),
                         ran.output);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM message"));
    expectSound();
  }

  void nothingOfAnAccountThatIsBeingErased() {
    account(1, "anna");
    account(2, "ben");
    message(1, "ben", "anna", "one");
    CPPUNIT_ASSERT_EQUAL(0, import().code);
    CPPUNIT_ASSERT(archive::Erasure(database()).begin("anna", support::toMillis(clock.wallTime())));
    message(2, "anna", "ben", "two");
    const Ran ran = import();
    CPPUNIT_ASSERT_EQUAL(409, ran.code);
    CPPUNIT_ASSERT_MESSAGE(ran.output, ran.output.find("its account was just erased") != std::string::npos);
    archive::EraseCommand erase(database(), clock);
    CPPUNIT_ASSERT_EQUAL(0, run(erase, {"--resume"}).code);
    CPPUNIT_ASSERT_EQUAL(0, import().code);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM message"));
    expectSound();
  }

  void whatIsRefused() {
    CPPUNIT_ASSERT_EQUAL(400, run(*_import, {}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_import, {"--sqlite", "/nowhere"}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_import, {"--sqlite", "/nowhere", "--mysql", "h/d"}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_import, {"--mysql", "host", "--user", "u"}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_import, {"--mysql", "host:99999/d", "--user", "u"}).code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_import, {"--mysql", "host/d", "--user", "u"}, "with;semicolon").code);
    CPPUNIT_ASSERT_EQUAL(400, run(*_import, {"--sqlite", file("other", ""), "--utc-offset", "2"}).code);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("no such tables", 400, run(*_import, {"--sqlite", file("empty.db", "")}).code);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("no accounts", 400, import().code);
    CPPUNIT_ASSERT_EQUAL(400, import({"--names", file("names", "no tab\n")}).code);
  }

  // By Python: pbkdf2_hmac("sha256", b"old secret", b"0123456789abcdef", 100000).hex(), and the same with
  // hexlify(b"old secret").
  static constexpr const char* PlainDigest = "755ef3418e35137763f17bd69ef0d23334f4215b227cedbf4a7bf5bd86059278";
  static constexpr const char* HexedDigest = "83914c4b06f7526fd3e5d62954b12d03cfbf173c3306dc32db8b923a5963fb4e";
  std::unique_ptr<archive::ImportCommand> _import;
  std::unique_ptr<Poco::Data::Session> _flask;
  std::string _name;
};

CHAT_DATABASE_TEST_REGISTRATION(ImportTest);

}  // namespace chat::test
