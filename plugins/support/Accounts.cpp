#include "support/Accounts.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include "plugin/api/AppError.h"
#include "support/AccountName.h"

namespace chat::support {

std::optional<Account> findAccount(data::Database& database, std::string_view name) {
  using namespace Poco::Data::Keywords;
  if (!isAccountName(name)) return std::nullopt;
  std::optional<Account> found;
  database.read([&](Poco::Data::Session& session) {
    std::string key = accountKey(name);
    Poco::UInt64 id = 0;
    std::string registered;
    Poco::Data::Statement select(session);
    select << "SELECT id, name FROM account WHERE name_key = ?", use(key), into(id), into(registered);
    found.reset();
    if (select.execute() > 0) found = Account{id, registered};
  });
  return found;
}

Account requireAccount(data::Database& database, std::string_view name) {
  auto account = findAccount(database, name);
  if (!account) throw plugin::AppError(404, "There is no such user");
  return *std::move(account);
}

std::string userOf(std::uint64_t accountId) {
  return std::to_string(accountId);
}

}  // namespace chat::support
