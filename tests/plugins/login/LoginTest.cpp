#include <Poco/Channel.h>
#include <Poco/Data/Session.h>
#include <Poco/Logger.h>
#include <Poco/Message.h>

#include <boost/json/serialize.hpp>
#include <mutex>
#include <set>
#include <thread>

#include "login/LoginHandler.h"
#include "login/Token.h"
#include "plugins/support/ChatFixture.h"

namespace chat::test {

using login::LoginHandler;
using namespace std::chrono_literals;

namespace {

/// Captures the log.
class MemoryChannel final : public Poco::Channel {
 public:
  void log(const Poco::Message& message) override {
    const std::lock_guard lock(_mutex);
    _text += message.getText() + "\n";
  }
  std::string text() const {
    const std::lock_guard lock(_mutex);
    return _text;
  }

 private:
  mutable std::mutex _mutex;
  std::string _text;
};

std::string loginDocument(const std::string& username, const std::string& password = "correct horse") {
  return boost::json::serialize(boost::json::value{
      {"data", {{"type", "login"}, {"user_auth", {{"username", username}, {"password", password}}}}}});
}

}  // namespace

/// Event `login`, as in docs/protocol.md.
class LoginTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(LoginTest);
  CPPUNIT_TEST(theFirstLoginMakesTheAccount);
  CPPUNIT_TEST(theNextLoginFindsIt);
  CPPUNIT_TEST(theTokenIsStoredAsItsHash);
  CPPUNIT_TEST(namesAreToldApartWithoutCase);
  CPPUNIT_TEST(documentsThatAreRefused);
  CPPUNIT_TEST(passwordsOfNewAccounts);
  CPPUNIT_TEST(aPasswordIsTheSameHoweverItWasTyped);
  CPPUNIT_TEST(hashesOfPasswordsThatWereNotComposedStillVerify);
  CPPUNIT_TEST(aWrongPasswordIsRefusedAndChangesNothing);
  CPPUNIT_TEST(anotherLoginReplacesTheIdentity);
  CPPUNIT_TEST(withoutAutoCreateUnknownNamesAreRefused);
  CPPUNIT_TEST(withCreateFalseNoAccountIsCreated);
  CPPUNIT_TEST(aMistypedNameDoesNotCountAsAFailedAttempt);
  CPPUNIT_TEST(simultaneousFirstLoginsMakeOneAccount);
  CPPUNIT_TEST(simultaneousFirstLoginsWithOtherPasswordsAreRefused);
  CPPUNIT_TEST(fiveFailuresBringAWait);
  CPPUNIT_TEST(guessesFromElsewhereLockNobodyOut);
  CPPUNIT_TEST(hashesOfAnotherCostAreReplaced);
  CPPUNIT_TEST(expiredTokensAreRemoved);
  CPPUNIT_TEST(manyExpiredTokensAreRemovedByAndBy);
  CPPUNIT_TEST(removingTokensWaitsForNoValidOne);
  CPPUNIT_TEST(noPasswordIsLogged);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    _channel = new MemoryChannel;
    _logger = &Poco::Logger::get("login-test");
    _logger->setChannel(_channel);
    _logger->setLevel(Poco::Message::PRIO_TRACE);
    makeHandler({true, 720h});
  }
  void tearDown() override {
    _handler.reset();
    ChatFixture::tearDown();
  }

 private:
  void makeHandler(const LoginHandler::Settings& settings) {
    _handler = std::make_unique<LoginHandler>(database(), *_logger, clock, _cheap, settings);
  }
  Answer logIn(FakeSocket& socket, const std::string& username, const std::string& password = "correct horse") {
    return socket.send(*_handler, "login", loginDocument(username, password));
  }

  void theFirstLoginMakesTheAccount() {
    FakeSocket socket;
    const Answer answer = logIn(socket, "Ann");
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT(answer.isEmitted && answer.isAcknowledged);
    CPPUNIT_ASSERT_EQUAL(std::string("login"), answer.text("/data/type"));
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), answer.text("/data/user_auth/username"));
    CPPUNIT_ASSERT_EQUAL(std::string("true"), answer.text("/meta/created"));
    CPPUNIT_ASSERT_EQUAL(std::string("2026-12-22T15:04:05.123Z"), answer.text("/meta/expires"));
    CPPUNIT_ASSERT(answer.at("/data/id").is_string());
    CPPUNIT_ASSERT(!answer.has("/data/user_auth/password"));
    CPPUNIT_ASSERT(socket.identity() != nullptr);
    CPPUNIT_ASSERT_EQUAL(answer.text("/data/id"), socket.identity()->user.value);
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), socket.identity()->name);
    CPPUNIT_ASSERT(socket.identity()->expires == clock.wallTime() + 720h);
  }

  void theNextLoginFindsIt() {
    FakeSocket first;
    FakeSocket second;
    const Answer created = logIn(first, "ann");
    const Answer found = logIn(second, "ann");
    CPPUNIT_ASSERT_EQUAL(std::string("false"), found.text("/meta/created"));
    CPPUNIT_ASSERT_EQUAL(created.text("/data/id"), found.text("/data/id"));
    CPPUNIT_ASSERT(created.text("/meta/token") != found.text("/meta/token"));
  }

  void theTokenIsStoredAsItsHash() {
    FakeSocket socket;
    const std::string token = logIn(socket, "ann").text("/meta/token");
    CPPUNIT_ASSERT_EQUAL(std::size_t{43}, token.size());
    CPPUNIT_ASSERT(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
                   std::string::npos);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM session_token"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM session_token WHERE token_hash = '" +
                                                 login::hashToken(token) + "'"));
    CPPUNIT_ASSERT_EQUAL(login::hashToken(token), socket.identity()->credential);
  }

  void namesAreToldApartWithoutCase() {
    FakeSocket socket;
    logIn(socket, "Ann.Smith");
    const Answer answer = logIn(socket, "aNN.sMITH");
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT_EQUAL(std::string("Ann.Smith"), answer.text("/data/user_auth/username"));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM account"));
  }

  void documentsThatAreRefused() {
    const struct {
      std::string document;
      std::string member;  // the beginning of the detail
    } rows[] = {
        {"", "A document"},
        {"{", "The document"},
        {"[]", "The document"},
        {R"({"data":{"user_auth":{"username":"ann","password":"correct horse"}}})", "data.type "},
        {R"({"data":{"type":"msg","user_auth":{"username":"ann","password":"correct horse"}}})", "data.type "},
        {R"({"data":{"type":"login"}})", "data.user_auth.username "},
        {R"({"data":{"type":"login","user_auth":"ann"}})", "data.user_auth "},
        {R"({"data":{"type":"login","user_auth":{"password":"correct horse"}}})", "data.user_auth.username "},
        {R"({"data":{"type":"login","user_auth":{"username":7,"password":"correct horse"}}})",
         "data.user_auth.username "},
        {R"({"data":{"type":"login","user_auth":{"username":"ann"}}})", "data.user_auth.password "},
        {R"({"data":{"type":"login","user_auth":{"username":"ann","password":null}}})", "data.user_auth.password "},
        {R"({"data":{"type":"login","user_auth":{"username":"ann","password":"\ud800aaaaaaaa"}}})", "The document"},
        {R"({"data":{"type":"login","user_auth":{"username":"ann","password":"aaaaaaaa\udc00"}}})", "The document"},
        {"{\"data\":{\"type\":\"login\",\"user_auth\":{\"username\":\"ann\",\"password\":\"aaaaaaaa\xed\xa0\x80\"}}}",
         "The document"},
        {loginDocument(""), "data.user_auth.username "},
        {loginDocument("a b"), "data.user_auth.username "},
        {loginDocument(std::string(33, 'a')), "data.user_auth.username "},
        {loginDocument("\xc3\xa4nn"), "data.user_auth.username "},
    };
    for (const auto& row : rows) {
      FakeSocket socket;
      const Answer answer = socket.send(*_handler, "login", row.document);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.document, 400, answer.code());
      CPPUNIT_ASSERT_EQUAL(1, answer.status);
      CPPUNIT_ASSERT_EQUAL(row.member, answer.detail().substr(0, row.member.size()));
      CPPUNIT_ASSERT(socket.identity() == nullptr);
    }
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM account"));
  }

  void passwordsOfNewAccounts() {
    std::string emoji;
    for (int i = 0; i < 1024; ++i) emoji += "\xf0\x9f\x98\x80";
    const struct {
      std::string password;
      int code;
    } rows[] = {
        {"", 400},
        {"1234567", 400},
        {"12345678", 0},
        {"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 400},  // 14 bytes, 7 characters
        {"        ", 0},
        {std::string("a\0b\0c\0d\0", 8), 0},
        {std::string(1024, 'x'), 0},
        {std::string(1025, 'x'), 400},
        {emoji, 0},
        {"a\xcc\x88"
         "a\xcc\x88"
         "a\xcc\x88"
         "a\xcc\x88",
         400},  // 8 characters as typed, 4 composed
    };
    int count = 0;
    for (const auto& row : rows) {
      FakeSocket socket("192.0.2." + std::to_string(count));
      const std::string name = "user" + std::to_string(count++);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(row.password, row.code, logIn(socket, name, row.password).code());
      if (row.code != 0) continue;
      CPPUNIT_ASSERT_EQUAL(0, logIn(socket, name, row.password).status);
      CPPUNIT_ASSERT_EQUAL(401, logIn(socket, name, row.password + " ").code());
    }
  }

  void aPasswordIsTheSameHoweverItWasTyped() {
    const std::pair<std::string, std::string> rows[] = {
        {"Stra\xc3\x9f"
         "e \xc3\xa4\xc3\xb6\xc3\xbc",
         "Stra\xc3\x9f"
         "e a\xcc\x88o\xcc\x88u\xcc\x88"},
        {"\xe1\xbb\x87-vietnam", "e\xcc\xa3\xcc\x82-vietnam"},
        {"\xed\x95\x9c\xea\xb8\x80-korea",
         "\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab\xe1\x84\x80\xe1\x85\xb3\xe1\x86\xaf-korea"},
    };
    int count = 0;
    for (const auto& [composed, decomposed] : rows) {
      for (const auto& [first, second] : {std::pair(composed, decomposed), std::pair(decomposed, composed)}) {
        FakeSocket socket("192.0.2." + std::to_string(count));
        const std::string name = "user" + std::to_string(count++);
        CPPUNIT_ASSERT_EQUAL(std::string("true"), logIn(socket, name, first).text("/meta/created"));
        CPPUNIT_ASSERT_EQUAL(0, logIn(socket, name, second).status);
        CPPUNIT_ASSERT_EQUAL(0, logIn(socket, name, first).status);
        CPPUNIT_ASSERT_EQUAL(401, logIn(socket, name, first + "x").code());
      }
    }
    // Other forms that look the same are other passwords: NFC, not NFKC.
    FakeSocket socket("192.0.2.99");
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "fi", "\xef\xac\x81-ligature").status);
    CPPUNIT_ASSERT_EQUAL(401, logIn(socket, "fi", "fi-ligature").code());
  }

  void hashesOfPasswordsThatWereNotComposedStillVerify() {
    const std::string typed = "pa\xcc\x88ssword";
    FakeSocket socket;
    logIn(socket, "ann");
    execute("UPDATE account SET password_hash = '" + _cheap.hash(typed) + "' WHERE name_key = 'ann'");
    CPPUNIT_ASSERT_EQUAL(401, logIn(socket, "ann", "password").code());
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "ann", typed).status);
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "ann", "p\xc3\xa4ssword").status);  // the hash was replaced
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "ann", typed).status);
  }

  void aWrongPasswordIsRefusedAndChangesNothing() {
    FakeSocket socket;
    const std::string id = logIn(socket, "ann").text("/data/id");
    FakeSocket anonymous;
    const Answer answer = logIn(anonymous, "ann", "wrong");
    CPPUNIT_ASSERT_EQUAL(401, answer.code());
    CPPUNIT_ASSERT_EQUAL(2, answer.status);
    CPPUNIT_ASSERT(anonymous.identity() == nullptr);
    logIn(socket, "ann", "wrong");
    CPPUNIT_ASSERT_EQUAL(id, socket.identity()->user.value);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM session_token"));
  }

  void anotherLoginReplacesTheIdentity() {
    FakeSocket socket;
    logIn(socket, "ann");
    logIn(socket, "bob");
    CPPUNIT_ASSERT_EQUAL(std::string("bob"), socket.identity()->name);
  }

  void withoutAutoCreateUnknownNamesAreRefused() {
    FakeSocket socket;
    logIn(socket, "ann");
    makeHandler({false, 720h});
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "ann").status);
    const Answer unknown = logIn(socket, "bob");
    const Answer wrong = logIn(socket, "ann", "wrong horse");
    CPPUNIT_ASSERT_EQUAL(401, unknown.code());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("the answer doesn't tell which names exist", wrong.detail(), unknown.detail());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM account"));
  }

  static std::string withoutCreating(const std::string& username, const std::string& create = "false") {
    std::string document = loginDocument(username);
    return document.insert(1, R"("meta":{"create":)" + create + "},");
  }

  void withCreateFalseNoAccountIsCreated() {
    FakeSocket socket;
    const Answer unknown = socket.send(*_handler, "login", withoutCreating("ann"));
    CPPUNIT_ASSERT_EQUAL(404, unknown.code());
    CPPUNIT_ASSERT_EQUAL(1, unknown.status);
    CPPUNIT_ASSERT(socket.identity() == nullptr);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM account"));
    for (const char* noBoolean : {"null", "0", R"("false")", "{}"}) {
      CPPUNIT_ASSERT_EQUAL(400, socket.send(*_handler, "login", withoutCreating("ann", noBoolean)).code());
    }
    CPPUNIT_ASSERT_EQUAL(std::string("true"),
                         socket.send(*_handler, "login", withoutCreating("ann", "true")).text("/meta/created"));
    CPPUNIT_ASSERT_EQUAL(0, socket.send(*_handler, "login", withoutCreating("ANN")).status);

    // If accounts can't be created, the answer doesn't show which ones exist.
    makeHandler({false, 720h});
    const Answer hidden = socket.send(*_handler, "login", withoutCreating("bob"));
    CPPUNIT_ASSERT_EQUAL(401, hidden.code());
    CPPUNIT_ASSERT_EQUAL(logIn(socket, "ann", "wrong horse").detail(), hidden.detail());
  }

  void aMistypedNameDoesNotCountAsAFailedAttempt() {
    FakeSocket socket;
    for (int i = 0; i < 150; ++i) {
      CPPUNIT_ASSERT_EQUAL(404, socket.send(*_handler, "login", withoutCreating("anm")).code());
    }
    CPPUNIT_ASSERT_EQUAL(std::string("true"), logIn(socket, "anm").text("/meta/created"));
    // The wait applies to it as to every other attempt.
    for (int i = 0; i < 5; ++i) logIn(socket, "anm", "wrong horse");
    CPPUNIT_ASSERT_EQUAL(429, socket.send(*_handler, "login", withoutCreating("anm")).code());
  }

  std::vector<Answer> logInAtOnce(int count, const std::function<std::string(int)>& password) {
    std::vector<Answer> answers(static_cast<std::size_t>(count));
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        FakeSocket socket("192.0.2." + std::to_string(i));
        answers[static_cast<std::size_t>(i)] = logIn(socket, i % 2 == 0 ? "ann" : "ANN", password(i));
      });
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }

  void simultaneousFirstLoginsMakeOneAccount() {
    int created = 0;
    std::set<std::string> ids;
    for (const Answer& answer : logInAtOnce(12, [](int) { return "correct horse"; })) {
      CPPUNIT_ASSERT_EQUAL(0, answer.status);
      created += answer.text("/meta/created") == "true";
      ids.insert(answer.text("/data/id"));
    }
    CPPUNIT_ASSERT_EQUAL(1, created);
    CPPUNIT_ASSERT_EQUAL(std::size_t{1}, ids.size());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM account"));
  }

  void simultaneousFirstLoginsWithOtherPasswordsAreRefused() {
    int in = 0;
    for (const Answer& answer : logInAtOnce(4, [](int i) { return "a password " + std::to_string(i); })) {
      CPPUNIT_ASSERT(answer.status == 0 || answer.code() == 401);
      in += answer.status == 0;
    }
    CPPUNIT_ASSERT_EQUAL(1, in);
  }

  void fiveFailuresBringAWait() {
    FakeSocket socket;
    logIn(socket, "ann");
    for (int i = 0; i < 5; ++i) CPPUNIT_ASSERT_EQUAL(401, logIn(socket, i % 2 == 0 ? "ann" : "ANN", "wrong").code());
    const Answer refused = logIn(socket, "ann");  // the right password gets it too
    CPPUNIT_ASSERT_EQUAL(429, refused.code());
    CPPUNIT_ASSERT_EQUAL(1, refused.status);
    CPPUNIT_ASSERT(refused.retryAfter > 0U && refused.retryAfter <= 30U);
    clock.advance(std::chrono::seconds(*refused.retryAfter) - 1ms);
    CPPUNIT_ASSERT_EQUAL(429, logIn(socket, "ann").code());
    clock.advance(1ms);
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "ann").status);
    for (int i = 0; i < 4; ++i) CPPUNIT_ASSERT_EQUAL(401, logIn(socket, "ann", "wrong").code());
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "ann").status);
  }

  void guessesFromElsewhereLockNobodyOut() {
    FakeSocket owner("203.0.113.5");
    FakeSocket guesser("198.51.100.7");
    logIn(guesser, "ann");
    for (int i = 0; i < 50; ++i) logIn(guesser, "ann", "guess");
    CPPUNIT_ASSERT_EQUAL(429, logIn(guesser, "ann").code());
    CPPUNIT_ASSERT_EQUAL(0, logIn(owner, "ann").status);
  }

  void hashesOfAnotherCostAreReplaced() {
    FakeSocket socket;
    logIn(socket, "ann");
    const login::PasswordHasher dearer({2, 16384});
    LoginHandler handler(database(), *_logger, clock, dearer, {true, 720h});
    CPPUNIT_ASSERT_EQUAL(401, socket.send(handler, "login", loginDocument("ann", "wrong")).code());
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM account WHERE password_hash LIKE '%t=2%'"));
    CPPUNIT_ASSERT_EQUAL(0, socket.send(handler, "login", loginDocument("ann")).status);
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM account WHERE password_hash LIKE '%t=2%'"));
    CPPUNIT_ASSERT_EQUAL(0, socket.send(handler, "login", loginDocument("ann")).status);
  }

  void expiredTokensAreRemoved() {
    FakeSocket socket;
    logIn(socket, "ann");
    clock.advance(721h);
    logIn(socket, "ann");
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM session_token"));
  }

  // As many logins as there are rounds, long before the next clean-up would be due.
  void manyExpiredTokensAreRemovedByAndBy() {
    FakeSocket socket;
    const std::string id = addUser("bob", socket);
    std::string rows;
    for (int i = 0; i < 1200; ++i) {
      rows += (rows.empty() ? "('" : ", ('") + login::hashToken(std::to_string(i)) + "', " + id + ", 0, 1)";
    }
    execute("INSERT INTO session_token (token_hash, account_id, created_at, expires_at) VALUES " + rows);
    for (int i = 0; i < 3; ++i) logIn(socket, "ann");
    CPPUNIT_ASSERT_EQUAL(std::int64_t{3}, number("SELECT COUNT(*) FROM session_token"));
  }

  // Which it would do if it looked at all there are.
  void removingTokensWaitsForNoValidOne() {
    if (!isMySql()) return;  // one writer at a time
    FakeSocket socket;
    const std::string id = addUser("bob", socket);
    login::TokenStore tokens(database());
    const login::Account bob{std::stoull(id), "bob", "none", false};
    tokens.add(login::hashToken("expired"), bob, 0, 1);
    for (int i = 0; i < 300; ++i) tokens.add(login::hashToken(std::to_string(i)), bob, 0, 3 + i);
    execute("ANALYZE TABLE session_token");
    const auto other = another();
    other->transaction([&](Poco::Data::Session& session) {
      session << "SELECT * FROM session_token WHERE token_hash = '" + login::hashToken("299") + "' FOR UPDATE",
          Poco::Data::Keywords::now;
      CPPUNIT_ASSERT_NO_THROW(tokens.removeExpired(2));
    });
    CPPUNIT_ASSERT_EQUAL(std::int64_t{300}, number("SELECT COUNT(*) FROM session_token"));
  }

  void noPasswordIsLogged() {
    FakeSocket socket;
    logIn(socket, "ann", "a secret of ann's");
    for (int i = 0; i < 6; ++i) logIn(socket, "ann", "another secret");
    logIn(socket, "secret-as-name", "short");
    CPPUNIT_ASSERT(!_channel->text().empty());
    CPPUNIT_ASSERT(_channel->text().find("secret") == std::string::npos);
  }

  login::PasswordHasher _cheap{{1, 8192}};
  Poco::AutoPtr<MemoryChannel> _channel;
  Poco::Logger* _logger = nullptr;
  std::unique_ptr<LoginHandler> _handler;
};

CHAT_DATABASE_TEST_REGISTRATION(LoginTest);

}  // namespace chat::test
