#include <Poco/Logger.h>

#include "login/LoginHandler.h"
#include "login/LogoutHandler.h"
#include "login/Token.h"
#include "login/TokenHandler.h"
#include "plugins/support/ChatFixture.h"

namespace chat::test {

using namespace std::chrono_literals;

/// Connecting with a token, and event `logout`.
class TokenTest : public ChatFixture {
  CPPUNIT_TEST_SUITE(TokenTest);
  CPPUNIT_TEST(aTokenIdentifiesTheUser);
  CPPUNIT_TEST(withoutATokenASocketIsAnonymous);
  CPPUNIT_TEST(badTokensAreRefused);
  CPPUNIT_TEST(aTokenExpires);
  CPPUNIT_TEST(logoutEndsTheToken);
  CPPUNIT_TEST(logoutNeedsNoDocument);
  CPPUNIT_TEST(logoutNeedsALogin);
  CPPUNIT_TEST(logoutLeavesOtherLoginsAlone);
  CPPUNIT_TEST(tokensAreRandom);
  CPPUNIT_TEST_SUITE_END();

 public:
  void setUp() override {
    ChatFixture::setUp();
    _login = std::make_unique<login::LoginHandler>(database(), Poco::Logger::get("login-test"), clock, _cheap,
                                                   login::LoginHandler::Settings{true, 2h});
    _logout = std::make_unique<login::LogoutHandler>(database(), emitter, clock);
    _connect = std::make_unique<login::TokenHandler>(database(), clock);
  }
  void tearDown() override {
    _login.reset();
    _logout.reset();
    _connect.reset();
    ChatFixture::tearDown();
  }

 private:
  std::string logIn(FakeSocket& socket) {
    return socket
        .send(*_login, "login",
              R"({"data":{"type":"login","user_auth":{"username":"Ann","password":"correct horse"}}})")
        .text("/meta/token");
  }
  Answer connect(FakeSocket& socket, const std::string& auth) { return socket.connect({_connect.get()}, auth); }
  static std::string authOf(const std::string& token) { return R"({"token":")" + token + R"("})"; }

  void aTokenIdentifiesTheUser() {
    FakeSocket first;
    FakeSocket second;
    const std::string token = logIn(first);
    CPPUNIT_ASSERT_EQUAL(0, connect(second, authOf(token)).code());
    CPPUNIT_ASSERT(second.identity() != nullptr);
    CPPUNIT_ASSERT_EQUAL(first.identity()->user.value, second.identity()->user.value);
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), second.identity()->name);
    CPPUNIT_ASSERT_EQUAL(first.identity()->credential, second.identity()->credential);
    CPPUNIT_ASSERT(first.identity()->expires == second.identity()->expires);
  }

  void withoutATokenASocketIsAnonymous() {
    for (const char* auth : {"{}", R"({"token":null})", R"({"other":"x"})"}) {
      FakeSocket socket;
      CPPUNIT_ASSERT_EQUAL(0, connect(socket, auth).code());
      CPPUNIT_ASSERT(socket.identity() == nullptr);
    }
  }

  void badTokensAreRefused() {
    const std::string unknown = authOf(login::makeToken());
    for (const std::string& auth :
         {unknown, std::string(R"({"token":""})"), std::string(R"({"token":5})"), std::string(R"({"token":true})"),
          std::string(R"({"token":[]})"), std::string(R"({"token":{"a":"b"}})"), authOf("x"), authOf("' OR 1=1 --"),
          authOf(std::string(100'000, 'x')), std::string(R"({"token":"\u0000"})")}) {
      FakeSocket socket;
      const Answer answer = connect(socket, auth);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(auth.substr(0, 50), 401, answer.code());
      CPPUNIT_ASSERT(socket.identity() == nullptr);
    }
    FakeSocket socket;
    CPPUNIT_ASSERT_EQUAL(400, connect(socket, "{").code());
  }

  void aTokenExpires() {
    FakeSocket socket;
    const std::string token = logIn(socket);
    clock.advance(2h - 1ms);
    CPPUNIT_ASSERT_EQUAL(0, connect(socket, authOf(token)).code());
    clock.advance(1ms);
    CPPUNIT_ASSERT_EQUAL(401, connect(socket, authOf(token)).code());
  }

  void logoutEndsTheToken() {
    FakeSocket socket;
    const std::string token = logIn(socket);
    const std::string id = socket.identity()->user.value;
    const Answer answer = socket.send(*_logout, "logout", "");
    CPPUNIT_ASSERT_EQUAL(0, answer.status);
    CPPUNIT_ASSERT(answer.isEmitted);
    CPPUNIT_ASSERT_EQUAL(std::string("login"), answer.text("/data/type"));
    CPPUNIT_ASSERT_EQUAL(id, answer.text("/data/id"));
    CPPUNIT_ASSERT_EQUAL(std::string("Ann"), answer.text("/data/user_auth/username"));
    CPPUNIT_ASSERT(socket.identity() == nullptr);
    CPPUNIT_ASSERT(std::vector{login::hashToken(token)} == emitter.revoked());
    CPPUNIT_ASSERT_EQUAL_MESSAGE("who logs out is answered, not told", std::string(socket.socketId()),
                                 emitter.lastExcept());
    CPPUNIT_ASSERT_EQUAL(401, connect(socket, authOf(token)).code());
  }

  void logoutNeedsNoDocument() {
    for (const char* document : {"", "{}", "null", "nonsense", "{\"data\":5}"}) {
      FakeSocket socket;
      logIn(socket);
      CPPUNIT_ASSERT_EQUAL_MESSAGE(document, 0, socket.send(*_logout, "logout", document).status);
    }
  }

  void logoutNeedsALogin() {
    FakeSocket socket;
    const Answer answer = socket.send(*_logout, "logout", "");
    CPPUNIT_ASSERT_EQUAL(401, answer.code());
    CPPUNIT_ASSERT_EQUAL(2, answer.status);
    CPPUNIT_ASSERT(emitter.revoked().empty());
  }

  void logoutLeavesOtherLoginsAlone() {
    FakeSocket first;
    FakeSocket second;
    logIn(first);
    const std::string token = logIn(second);
    first.send(*_logout, "logout", "");
    CPPUNIT_ASSERT_EQUAL(0, connect(second, authOf(token)).code());
  }

  void tokensAreRandom() { CPPUNIT_ASSERT(login::makeToken() != login::makeToken()); }

  login::PasswordHasher _cheap{{1, 8192}};
  std::unique_ptr<login::LoginHandler> _login;
  std::unique_ptr<login::LogoutHandler> _logout;
  std::unique_ptr<login::TokenHandler> _connect;
};

CHAT_DATABASE_TEST_REGISTRATION(TokenTest);

}  // namespace chat::test
