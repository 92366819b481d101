#include <Poco/Logger.h>

#include "login/EndedTokens.h"
#include "login/LoginHandler.h"
#include "login/LogoutHandler.h"
#include "login/Token.h"
#include "login/TokenHandler.h"
#include "login/TokenSweep.h"
#include "login/UserCommand.h"
#include "plugin/api/AppError.h"
#include "plugins/support/ChatFixture.h"
#include "plugins/support/FakeCommand.h"

namespace chat::test {

using namespace std::chrono_literals;

/// Command `user`, and how every server notices the tokens that it ends.
class UserCommandTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(UserCommandTest);
  CPPUNIT_TEST(anAccountIsAdded);
  CPPUNIT_TEST(aPasswordIsMade);
  CPPUNIT_TEST(aDisabledAccountLogsInNoMore);
  CPPUNIT_TEST(anotherPasswordEndsAllTokens);
  CPPUNIT_TEST(tokensAreRevoked);
  CPPUNIT_TEST(accountsAreListed);
  CPPUNIT_TEST(whatIsRefused);
  CPPUNIT_TEST(aLoginThatMeetsAChangeGetsNoToken);
  CPPUNIT_TEST(endedTokensAreNoticed);
  CPPUNIT_TEST(endsCommittedOutOfOrderAreNoticed);
  CPPUNIT_TEST(oldEndsAreForgotten);
  CPPUNIT_TEST(removedTokensAreFoundByTheSweep);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    _login = std::make_unique<login::LoginHandler>(database(), Poco::Logger::get("login-test"), clock, _cheap,
                                                   login::LoginHandler::Settings{true, 2h});
    _logout = std::make_unique<login::LogoutHandler>(database(), emitter, clock);
    _connect = std::make_unique<login::TokenHandler>(database(), clock);
    _user = std::make_unique<login::UserCommand>(database(), clock, _cheap);
    _ended = std::make_unique<login::EndedTokens>(database(), emitter, clock);
    _ended->run();
  }
  void tearDown() override {
    _login.reset();
    _logout.reset();
    _connect.reset();
    _user.reset();
    _ended.reset();
    ChatFixture::tearDown();
  }

 private:
  std::string run(std::vector<std::string> words, const std::string& secret = "correct horse") {
    FakeCommand call(std::move(words), secret);
    _user->run(call);
    return call.output;
  }
  int codeOf(std::vector<std::string> words, const std::string& secret = "correct horse") {
    try {
      run(std::move(words), secret);
    } catch (const plugin::AppError& error) {
      return error.code();
    }
    return 0;
  }
  Answer logIn(FakeSocket& socket, const std::string& password = "correct horse", const std::string& name = "Ann") {
    return socket.send(
        *_login, "login",
        R"({"data":{"type":"login","user_auth":{"username":")" + name + R"(","password":")" + password + R"("}}})");
  }
  int connect(const std::string& token) {
    FakeSocket socket;
    return socket.connect({_connect.get()}, R"({"token":")" + token + R"("})").code();
  }

  void anAccountIsAdded() {
    CPPUNIT_ASSERT_EQUAL(std::string("added Ann\n"), run({"add", "Ann"}));
    FakeSocket socket;
    const Answer answer = logIn(socket);
    CPPUNIT_ASSERT_EQUAL(std::string("false"), answer.text("/meta/created"));
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), answer.text("/data/user_auth/username"));
    CPPUNIT_ASSERT_EQUAL(409, codeOf({"add", "ANN"}));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"add", "b"}, "1234567"));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"add", "b"}, "abcdefg\xe4"));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"add", "a b"}));
  }

  void aPasswordIsMade() {
    const std::string output = run({"add", "--generate", "Ann"}, "");
    const std::string begin = "added Ann\npassword ";
    CPPUNIT_ASSERT_EQUAL(begin, output.substr(0, begin.size()));
    const std::string password = output.substr(begin.size(), output.size() - begin.size() - 1);
    CPPUNIT_ASSERT(password.size() >= 20);
    FakeSocket socket;
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, password).status);
  }

  void aDisabledAccountLogsInNoMore() {
    FakeSocket socket;
    const std::string token = logIn(socket).text("/meta/token");
    CPPUNIT_ASSERT_EQUAL(std::string("disabled Ann, 1 token ended\n"), run({"disable", "ann"}));
    CPPUNIT_ASSERT_EQUAL(401, connect(token));
    const Answer right = logIn(socket);
    CPPUNIT_ASSERT_EQUAL(403, right.code());
    CPPUNIT_ASSERT_EQUAL(2, right.status);
    CPPUNIT_ASSERT_EQUAL(std::string("This account is disabled"), right.detail());
    const Answer wrong = logIn(socket, "wrong horse");
    CPPUNIT_ASSERT_EQUAL_MESSAGE("who doesn't know the password isn't told", 401, wrong.code());
    CPPUNIT_ASSERT_EQUAL(std::string("enabled Ann\n"), run({"enable", "Ann"}));
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket).status);
    CPPUNIT_ASSERT_EQUAL_MESSAGE("its tokens stay ended", 401, connect(token));
  }

  void anotherPasswordEndsAllTokens() {
    FakeSocket socket;
    const std::string one = logIn(socket).text("/meta/token");
    const std::string two = logIn(socket).text("/meta/token");
    CPPUNIT_ASSERT_EQUAL(std::string("changed the password of Ann, 2 tokens ended\n"),
                         run({"passwd", "Ann"}, "another horse"));
    CPPUNIT_ASSERT_EQUAL(401, connect(one));
    CPPUNIT_ASSERT_EQUAL(401, connect(two));
    CPPUNIT_ASSERT_EQUAL(401, logIn(socket).code());
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket, "another horse").status);
  }

  void tokensAreRevoked() {
    FakeSocket socket;
    const std::string token = logIn(socket).text("/meta/token");
    FakeSocket bob;
    const std::string other = logIn(bob, "correct horse", "Bob").text("/meta/token");
    CPPUNIT_ASSERT_EQUAL(std::string("1 token ended of Ann\n"), run({"revoke", "Ann"}));
    CPPUNIT_ASSERT_EQUAL(401, connect(token));
    CPPUNIT_ASSERT_EQUAL(0, connect(other));
    CPPUNIT_ASSERT_EQUAL(0, logIn(socket).status);
  }

  void accountsAreListed() {
    for (const char* name : {"Cleo", "ann", "Bob"}) run({"add", name});
    clock.advance(1s);
    FakeSocket socket;
    logIn(socket, "correct horse", "bob");
    run({"disable", "cleo"});
    const std::string made = "2026-11-22T15:04:05.123Z";
    const std::string all = "ann\tenabled\t" + made + "\t-\nBob\tenabled\t" + made +
                            "\t2026-11-22T15:04:06.123Z\nCleo\tdisabled\t" + made + "\t-\n";
    CPPUNIT_ASSERT_EQUAL(all, run({"list"}));
    CPPUNIT_ASSERT_EQUAL(all.substr(all.find("Bob"), all.find("Cleo") - all.find("Bob")),
                         run({"list", "--after=Ann", "--limit=1"}));
  }

  void whatIsRefused() {
    CPPUNIT_ASSERT_EQUAL(400, codeOf({}));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"nonsense"}));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"disable"}));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"disable", "ann", "bob"}));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"list", "ann"}));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"add", "ann", "--nonsense"}));
    CPPUNIT_ASSERT_EQUAL(400, codeOf({"list", "--limit=many"}));
    for (const char* action : {"disable", "enable", "passwd", "revoke"}) {
      CPPUNIT_ASSERT_EQUAL(404, codeOf({action, "nobody"}));
    }
  }

  // The row that was read before belongs to another account by then.
  void aLoginThatMeetsAChangeGetsNoToken() {
    FakeSocket socket;
    logIn(socket);
    login::AccountStore accounts(database());
    login::TokenStore tokens(database());
    const login::Account before = accounts.find("ann").value();
    CPPUNIT_ASSERT(tokens.add(login::hashToken("1"), before, 1, 2));
    run({"passwd", "Ann"}, "another horse");
    CPPUNIT_ASSERT(!tokens.add(login::hashToken("2"), before, 1, 2));
    const login::Account after = accounts.find("ann").value();
    run({"disable", "Ann"});
    CPPUNIT_ASSERT(!tokens.add(login::hashToken("3"), after, 1, 2));
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM session_token"));
  }

  void endedTokensAreNoticed() {
    FakeSocket one;
    FakeSocket two;
    const std::string first = login::hashToken(logIn(one).text("/meta/token"));
    const std::string second = login::hashToken(logIn(two).text("/meta/token"));
    _ended->run();
    CPPUNIT_ASSERT(emitter.revoked().empty());
    run({"disable", "Ann"});
    _ended->run();
    const auto revoked = emitter.revoked();
    CPPUNIT_ASSERT((std::set<std::string>{first, second} == std::set<std::string>(revoked.begin(), revoked.end())));
    CPPUNIT_ASSERT_EQUAL(std::string("disabled"), emitter.lastReason());
    _ended->run();
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, emitter.revoked().size());

    // A logout, which other servers notice too.
    FakeSocket bob;
    logIn(bob, "correct horse", "Bob");
    FakeEmitter elsewhere;
    login::EndedTokens other(database(), elsewhere, clock);
    other.run();
    bob.send(*_logout, "logout", "");
    other.run();
    CPPUNIT_ASSERT_EQUAL(std::string("logout"), elsewhere.lastReason());
  }

  void endsCommittedOutOfOrderAreNoticed() {
    const auto insert = [&](int id) {
      execute("INSERT INTO ended_token (id, token_hash, reason, ended_at) VALUES (" + std::to_string(id) + ", 'hash" +
              std::to_string(id) + "', 'revoked', 0)");
    };
    insert(1000);
    _ended->run();
    insert(1003);
    _ended->run();
    insert(1001);
    _ended->run();
    CPPUNIT_ASSERT_EQUAL(std::string("hash1001"), emitter.revoked().back());
    const auto count = emitter.revoked().size();
    _ended->run();
    CPPUNIT_ASSERT_EQUAL(count, emitter.revoked().size());
    clock.advance(login::EndedTokens::HoleLife);
    _ended->run();
    insert(1002);
    _ended->run();
    CPPUNIT_ASSERT_EQUAL_MESSAGE("no transaction takes so long", count, emitter.revoked().size());
  }

  void oldEndsAreForgotten() {
    FakeSocket socket;
    logIn(socket);
    socket.send(*_logout, "logout", "");
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM ended_token"));
    clock.advance(59min);
    _ended->run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{1}, number("SELECT COUNT(*) FROM ended_token"));
    clock.advance(11min);
    _ended->run();
    CPPUNIT_ASSERT_EQUAL(std::int64_t{0}, number("SELECT COUNT(*) FROM ended_token"));
  }

  void removedTokensAreFoundByTheSweep() {
    FakeSocket socket;
    const std::string gone = login::hashToken(logIn(socket).text("/meta/token"));
    const std::string there = login::hashToken(logIn(socket).text("/meta/token"));
    FakeSocket bob;
    const std::string disabled = login::hashToken(logIn(bob, "correct horse", "Bob").text("/meta/token"));
    execute("DELETE FROM session_token WHERE token_hash = '" + gone + "'");
    execute("UPDATE account SET disabled_at = 1 WHERE name = 'Bob'");
    std::set<std::string> credentials{gone, there, disabled, "of another plugin"};
    for (int i = 0; i < 700; ++i) credentials.insert("another" + std::to_string(i));
    emitter.setCredentials(credentials);
    login::TokenSweep sweep(database(), emitter, clock, *_ended, 30s);
    for (int i = 0; i < 3; ++i) sweep.run();
    const auto revoked = emitter.revoked();
    CPPUNIT_ASSERT((std::set<std::string>{gone, disabled} == std::set<std::string>(revoked.begin(), revoked.end())));
    CPPUNIT_ASSERT_EQUAL(std::size_t{2}, revoked.size());

    // A socket whose token was ended by a command gets the reason, even if the sweep comes first.
    clock.advance(30s);
    FakeSocket cleo;
    emitter.setCredentials({login::hashToken(logIn(cleo, "correct horse", "Cleo").text("/meta/token"))});
    run({"disable", "Cleo"});
    sweep.run();
    CPPUNIT_ASSERT_EQUAL(std::string("disabled"), emitter.reasonOf(2));
    emitter.setCredentials({there});

    // Not again before it is time.
    const std::size_t count = emitter.revoked().size();
    execute("DELETE FROM session_token");
    sweep.run();
    CPPUNIT_ASSERT_EQUAL(count, emitter.revoked().size());
    clock.advance(30s);
    sweep.run();
    CPPUNIT_ASSERT_EQUAL(there, emitter.revoked().back());
  }

  login::PasswordHasher _cheap{{1, 8192}};
  std::unique_ptr<login::LoginHandler> _login;
  std::unique_ptr<login::LogoutHandler> _logout;
  std::unique_ptr<login::TokenHandler> _connect;
  std::unique_ptr<login::UserCommand> _user;
  std::unique_ptr<login::EndedTokens> _ended;
};

CHAT_DATABASE_TEST_REGISTRATION(UserCommandTest);

}  // namespace chat::test
