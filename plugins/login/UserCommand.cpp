#include "login/UserCommand.h"

#include <Poco/NumberParser.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "login/LoginEnd.h"
#include "login/Password.h"
#include "login/PasswordRule.h"
#include "login/Token.h"
#include "plugin/api/AppError.h"
#include "support/AccountName.h"
#include "support/CommandWords.h"
#include "support/Text.h"

namespace chat::login {
namespace {

constexpr std::string_view Usage =
    "user add NAME [--generate]     makes an account; reads the password, or makes one and shows it\n"
    "user list [--after NAME] [--limit N]\n"
    "                               NAME, state, when it was made, and when it last logged in, by name\n"
    "user disable NAME              ends its tokens, and nobody logs in with it\n"
    "user enable NAME               lets it log in again\n"
    "user passwd NAME [--generate]  changes the password and ends its tokens\n"
    "user revoke NAME               ends its tokens; it may log in again\n";

constexpr std::size_t ListedAtOnce = 500;
constexpr unsigned UsuallyListed = 1000;
constexpr unsigned MostListed = 100'000;

std::string dateOrDash(std::optional<support::Millis> time) {
  return time ? support::formatDate(*time) : "-";
}

std::string tokensEnded(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " token" : " tokens") + " ended";
}

}  // namespace

/// The parsed words.
struct UserCommand::Words : support::CommandWords {
  explicit Words(std::span<const std::string_view> all)
      : support::CommandWords(all, {"generate", "after=NAME", "limit=N"}, Usage) {}

  const std::string& name() const {
    if (plain().size() != 2) refuse(plain().size() < 2 ? "a NAME is missing" : "there are too many words");
    return plain()[1];
  }
  unsigned limit() const {
    unsigned limit = UsuallyListed;
    if (const auto given = value("limit"); given && !Poco::NumberParser::tryParseUnsigned(*given, limit)) {
      refuse("--limit needs a number");
    }
    return std::min(limit, MostListed);
  }
};

void UserCommand::run(plugin::CommandCall& call) {
  using Action = void (UserCommand::*)(const Words&, plugin::CommandCall&);
  constexpr std::pair<std::string_view, Action> Actions[] = {
      {"add", &UserCommand::add},
      {"list", &UserCommand::list},
      {"disable", &UserCommand::disable},
      {"enable", &UserCommand::enable},
      {"passwd", &UserCommand::changePassword},
      {"revoke", &UserCommand::revoke},
  };
  const Words words(call.words());
  if (words.plain().empty()) words.refuse("what is to be done with whom?");
  for (const auto& [name, action] : Actions) {
    if (words.plain()[0] == name) return (this->*action)(words, call);
  }
  words.refuse("there is no '" + words.plain()[0] + "'");
}

namespace {

/// Printed at the end, since it is only valid if the change succeeds.
struct NewPassword {
  NewPassword(bool generate, const std::string& name, plugin::CommandCall& call) {
    if (generate) {
      text = made = makeToken().substr(0, 24);
      return;
    }
    const std::string_view typed = call.secret("Password of " + name + ": ");
    if (!support::isUtf8(typed)) throw plugin::AppError(400, "The password is no UTF-8");
    text = Password(typed).composed();
    if (!isGoodPassword(text)) throw plugin::AppError(400, std::string(PasswordRule));
  }
  std::string toldAs() const { return made.empty() ? "" : "password " + made + "\n"; }

  std::string text;
  std::string made;
};

}  // namespace

void UserCommand::add(const Words& words, plugin::CommandCall& call) {
  const std::string& name = words.name();
  if (!support::isAccountName(name)) {
    throw plugin::AppError(400, "A name has 1 to 32 characters out of a-z, A-Z, 0-9, '_', '.' and '-'");
  }
  if (support::isErasedName(name))
    throw plugin::AppError(400, "Names such as " + name + " are those of erased accounts");
  const plugin::AppError taken(409, "There is an account of the name " + name + " already");
  if (_accounts.find(support::accountKey(name))) throw taken;
  const NewPassword password(words.has("generate"), name, call);
  try {
    _accounts.create(name, _hasher.hash(password.text), now());
  } catch (const data::DuplicateKey&) {
    throw taken;
  }
  call.print("added " + name + "\n" + password.toldAs());
}

void UserCommand::list(const Words& words, plugin::CommandCall& call) {
  if (words.plain().size() != 1) words.refuse("there are too many words");
  std::string after = support::accountKey(words.value("after").value_or(""));
  for (std::size_t left = words.limit(); left > 0;) {
    const std::size_t most = std::min(left, ListedAtOnce);
    const std::vector<ListedAccount> accounts = _accounts.list(after, most);
    std::string text;
    for (const ListedAccount& account : accounts) {
      text += account.name + (account.isDisabled ? "\tdisabled\t" : "\tenabled\t") +
              support::formatDate(account.createdAt) + "\t" + dateOrDash(account.lastLoginAt) + "\n";
    }
    if (!text.empty()) call.print(text);
    if (accounts.size() < most) return;
    left -= most;
    after = support::accountKey(accounts.back().name);
  }
}

Account UserCommand::require(const std::string& name) {
  auto account = _accounts.find(support::accountKey(name));
  if (!account) throw plugin::AppError(404, "No account has the name " + name);
  return *std::move(account);
}

void UserCommand::disable(const Words& words, plugin::CommandCall& call) {
  const Account account = require(words.name());
  const std::size_t ended = _tokens.endAll(account.id, {reason::Disabled, now()}, [&](Poco::Data::Session& session) {
    AccountStore::setDisabled(session, account.id, now());
  });
  call.print("disabled " + account.name + ", " + tokensEnded(ended) + "\n");
}

void UserCommand::enable(const Words& words, plugin::CommandCall& call) {
  const Account account = require(words.name());
  _accounts.enable(account.id);
  call.print("enabled " + account.name + "\n");
}

void UserCommand::changePassword(const Words& words, plugin::CommandCall& call) {
  const Account account = require(words.name());
  const NewPassword password(words.has("generate"), account.name, call);
  const std::string hash = _hasher.hash(password.text);
  const std::size_t ended = _tokens.endAll(account.id, {reason::Password, now()}, [&](Poco::Data::Session& session) {
    AccountStore::setPasswordHash(session, account.id, hash);
  });
  call.print("changed the password of " + account.name + ", " + tokensEnded(ended) + "\n" + password.toldAs());
}

void UserCommand::revoke(const Words& words, plugin::CommandCall& call) {
  const Account account = require(words.name());
  const std::size_t ended = _tokens.endAll(account.id, {reason::Revoked, now()}, {});
  call.print(tokensEnded(ended) + " of " + account.name + "\n");
}

}  // namespace chat::login
