#include "login/LoginHandler.h"

#include <Poco/Exception.h>
#include <Poco/Logger.h>

#include "base/LogCause.h"
#include "base/LogValue.h"
#include "login/PasswordRule.h"
#include "login/Token.h"
#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/Document.h"
#include "support/ExactJson.h"

namespace chat::login {
namespace {

// How often an account may be changed by others while its password is checked.
constexpr int MaxAttempts = 3;
constexpr support::Millis CleaningIntervalMs = 10 * 60 * 1000;

}  // namespace

struct LoginHandler::Credentials {
  explicit Credentials(const support::Document& document)
      : usernameMember(document.data().member("user_auth").member("username")),
        passwordMember(document.data().member("user_auth").member("password")),
        username(usernameMember.text()),
        password(passwordMember.text()) {
    const support::Member create = document.root().member("meta").member("create");
    mayCreate = !create.isPresent() || create.boolean();
    if (!support::isAccountName(username)) {
      usernameMember.refuse("must be 1 to 32 characters out of a-z, A-Z, 0-9, '_', '.' and '-'");
    }
    key = support::accountKey(username);
  }

  /// The rule for passwords of new accounts; an old account keeps its password.
  void requireGoodPassword() const {
    if (!isGoodPassword(password.composed())) passwordMember.refuse("must have 8 to 1024 characters");
  }

  support::Member usernameMember;
  support::Member passwordMember;
  std::string username;
  Password password;
  bool mayCreate = true;  ///< the client wants an account if there is none
  std::string key;
};

LoginHandler::LoginHandler(data::Database& database, Poco::Logger& logger, const base::Clock& clock,
                           const PasswordHasher& hasher, const Settings& settings)
    : _accounts(database),
      _tokens(database),
      _logger(logger),
      _clock(clock),
      _hasher(hasher),
      _settings(settings),
      _limiter(clock) {}

void LoginHandler::handle(const plugin::Request& request, plugin::Reply& reply) {
  const support::Document document(request.document());
  document.requireType("login");
  const Credentials credentials(document);
  const std::string token = makeToken();
  const std::string tokenHash = hashToken(token);
  const support::Millis now = support::toMillis(_clock.wallTime());
  const support::Millis expires = now + std::chrono::milliseconds(_settings.tokenLife).count();
  LoggedIn login = authenticate(credentials, request.caller().address());
  for (int attempt = 1; !_tokens.add(tokenHash, login.account, now, expires); ++attempt) {
    if (attempt == MaxAttempts) throw plugin::AppError(503, "The account is just being changed: try again");
    login = authenticate(credentials, request.caller().address());
  }

  const std::string id = std::to_string(login.account.id);
  reply.setIdentity(plugin::Identity{base::UserId{id}, login.account.name, tokenHash, support::fromMillis(expires)});
  reply.answer(0, R"({"data":)" + loginData(id, login.account.name) + R"(,"meta":{"created":)" +
                      (login.created ? "true" : "false") + R"(,"token":")" + token + R"(","expires":")" +
                      support::formatDate(expires) + R"("}})");
  removeExpiredTokens();
}

LoginHandler::LoggedIn LoginHandler::authenticate(const Credentials& credentials, std::string_view address) {
  refuseWhileWaiting(credentials.key, address);

  std::optional<Account> account = _accounts.find(credentials.key);
  if (!account && _settings.autoCreate) {
    // Not a failure that must be slowed down: if clients can create accounts, they can find out anyway which names are
    // taken.
    if (!credentials.mayCreate) throw plugin::AppError(404, "No account has the name " + credentials.username);
    credentials.requireGoodPassword();
    if (support::isErasedName(credentials.username)) {
      credentials.usernameMember.refuse("must not be a name of erased accounts");
    }
    try {
      LoggedIn made{_accounts.create(credentials.username, _hasher.hash(credentials.password.composed()),
                                     support::toMillis(_clock.wallTime())),
                    true};
      _limiter.succeeded(credentials.key, address);
      return made;
    } catch (const data::DuplicateKey&) {
      account = _accounts.find(credentials.key);  // another first login came in between: this is an ordinary one
    }
  }

  const bool isRight = account ? verify(*account, credentials.password) : refuse(credentials.password);
  refuseWhileWaiting(credentials.key, address);
  if (!isRight) {
    _limiter.failed(credentials.key, address);
    // The name isn't logged: people type passwords into the wrong field.
    base::logCause(_logger, Poco::Message::PRIO_INFORMATION, "wrong",
                   "login refused: wrong username or password, from=" + base::logValue(address));
    throw plugin::AppError(401, "Wrong username or password");
  }
  if (account->isDisabled) throw plugin::AppError(403, "This account is disabled");
  _limiter.succeeded(credentials.key, address);
  return {std::move(*account), false};
}

bool LoginHandler::verify(Account& account, const Password& password) {
  // Hashes were made of passwords as they were typed, until they were composed first.
  const bool isComposed = _hasher.verify(account.passwordHash, password.composed());
  const bool isAsTyped =
      !isComposed && !password.isTypedComposed() && _hasher.verify(account.passwordHash, password.typed());
  if (!isComposed && !isAsTyped) return false;
  if (isAsTyped || _hasher.isOutdated(account.passwordHash)) {
    const std::string hash = _hasher.hash(password.composed());
    _accounts.replacePasswordHash(account, hash);
    account.passwordHash = hash;
  }
  return true;
}

bool LoginHandler::refuse(const Password& password) const {
  return _hasher.refuse(password.composed()) || (!password.isTypedComposed() && _hasher.refuse(password.typed()));
}

void LoginHandler::refuseWhileWaiting(const std::string& account, std::string_view address) {
  const std::uint32_t seconds = _limiter.secondsToWait(account, address);
  if (seconds == 0) return;
  base::logCause(_logger, Poco::Message::PRIO_INFORMATION, "too many",
                 "login refused: too many failed attempts, from=" + base::logValue(address));
  throw plugin::AppError(429, "Too many failed logins: try again in " + std::to_string(seconds) + " s", seconds);
}

void LoginHandler::removeExpiredTokens() noexcept {
  const support::Millis now = support::toMillis(_clock.wallTime());
  support::Millis due = _nextCleaning.load(std::memory_order_relaxed);
  if (now < due || !_nextCleaning.compare_exchange_strong(due, now + CleaningIntervalMs)) return;
  try {
    if (!_tokens.removeExpired(now)) _nextCleaning = now;  // each login removes more than it adds
  } catch (const Poco::Exception& e) {
    poco_warning(_logger, "expired tokens not removed: " + e.displayText());
  } catch (const std::exception& e) {
    poco_warning(_logger, std::string("expired tokens not removed: ") + e.what());
  }
}

std::string loginData(const std::string& id, const std::string& username) {
  std::string json = R"({"type":"login","id":)";
  support::appendJsonString(json, id);
  json.append(R"(,"user_auth":{"username":)");
  support::appendJsonString(json, username);
  json.append("}}");
  return json;
}

}  // namespace chat::login
