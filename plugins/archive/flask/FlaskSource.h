#pragma once

#include <Poco/Data/Session.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace chat::archive {

struct FlaskAccount {
  std::uint64_t id = 0;
  std::string username;
  std::string password;  ///< its bytes, as the column has them
  std::string salt;
};

struct FlaskMessage {
  std::uint64_t id = 0;
  std::string sender;
  std::string receiver;
  std::optional<std::string> text;
  std::optional<std::string> attributes;
  std::optional<std::string> date;
  bool isTooLong = false;  ///< the text or the attributes; they are cut off then
};

/// The database of the Flask chat, which is only read: `accounts(id, username, password, salt)` and `messages(id, sid,
/// rid, message, attributes, date)`. Thread: one at a time. Errors: data::Unavailable if it can't be reached, AppError
/// 400 if it isn't such a database.
class FlaskSource {
 public:
  struct Server {
    std::string host;
    std::uint16_t port = 3306;
    std::string database;
    std::string user;
    std::string password;
  };

  explicit FlaskSource(const std::filesystem::path& sqliteFile);
  explicit FlaskSource(const Server& server);

  /// Tells this database from others: of its first account.
  std::string fingerprint();
  /// The rows with ids above that one, in their order.
  std::vector<FlaskAccount> accountsAfter(std::uint64_t id, std::size_t most);
  std::vector<FlaskMessage> messagesAfter(std::uint64_t id, std::size_t most);
  std::vector<FlaskAccount> accounts(const std::vector<std::uint64_t>& ids);
  std::vector<FlaskMessage> messages(const std::vector<std::uint64_t>& ids);
  /// Whom `sid` or `rid` names: an account by its name, or by its id if the column has numbers; 0 for nobody. Case
  /// counts only if there are several such names.
  std::uint64_t accountOf(const std::string& name);

 private:
  std::string text(const std::string& column, unsigned characters) const;
  std::string bytes(const std::string& column) const;
  std::vector<FlaskAccount> readAccounts(const std::string& condition);
  std::vector<FlaskMessage> readMessages(const std::string& condition);
  std::uint64_t accountWithName(const std::string& name, const std::string& collation);
  void check();

  bool _isMySql;
  Poco::Data::Session _session;
  bool _usesIds = false;
};

}  // namespace chat::archive
