#include "archive/flask/FlaskSource.h"

#include <Poco/Data/MySQL/Connector.h>
#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>
#include <Poco/Nullable.h>
#include <Poco/URI.h>

#include <algorithm>

#include "archive/Sql.h"
#include "data/Database.h"
#include "data/Text.h"
#include "plugin/api/AppError.h"
#include "support/ImportedPassword.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

namespace {

constexpr std::size_t ConnectSeconds = 10;
// What the tables of messages hold on MySQL.
constexpr unsigned LongestText = 16'383;
constexpr unsigned LongestName = 255;
constexpr unsigned LongestSecret = 1024;

Poco::Data::Session openFile(const std::filesystem::path& file) {
  // Poco would try for a minute to open a missing one.
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) {
    throw plugin::AppError(400, "There is no file " + file.string());
  }
  Poco::Data::SQLite::Connector::registerConnector();
  std::string path;
  Poco::URI::encode(std::filesystem::absolute(file).string(), "!#$&'()*+,:;=?@[]", path);
  try {
    return {Poco::Data::SQLite::Connector::KEY, "file:" + path + "?mode=ro", ConnectSeconds};
  } catch (const Poco::Exception& fault) {
    throw data::Unavailable("can't open " + file.string() + ": " + fault.displayText());
  }
}

void requirePlain(const std::string& what, const std::string& text) {
  if (text.find(';') != std::string::npos || text.starts_with(' ') || text.ends_with(' ')) {
    throw plugin::AppError(400, "The " + what + " must hold no ';' and neither begin nor end with a blank");
  }
}

Poco::Data::Session openServer(const FlaskSource::Server& server) {
  requirePlain("host", server.host);
  requirePlain("name of the database", server.database);
  requirePlain("user", server.user);
  requirePlain("password", server.password);
  Poco::Data::MySQL::Connector::registerConnector();
  try {
    Poco::Data::Session session(Poco::Data::MySQL::Connector::KEY,
                                "host=" + server.host + ";port=" + std::to_string(server.port) +
                                    ";user=" + server.user + ";password=" + server.password + ";db=" + server.database +
                                    ";character-set=utf8mb4;auto-reconnect=false;compress=false",
                                ConnectSeconds);
    session << "SET SESSION time_zone = '+00:00'", now;
    return session;
  } catch (const Poco::Exception& fault) {
    // Poco's exceptions have the server's text, not the connection string.
    throw data::Unavailable("the Flask chat's database can't be reached: " + fault.displayText());
  }
}

}  // namespace

FlaskSource::FlaskSource(const std::filesystem::path& sqliteFile) : _isMySql(false), _session(openFile(sqliteFile)) {
  check();
}

FlaskSource::FlaskSource(const Server& server) : _isMySql(true), _session(openServer(server)) {
  check();
}

void FlaskSource::check() {
  try {
    accountsAfter(0, 1);
    messagesAfter(0, 1);
    std::string type;
    Poco::Data::Statement select(_session);
    select << (_isMySql ? "SELECT CAST(data_type AS CHAR(64)) FROM information_schema.columns WHERE table_schema ="
                          " DATABASE() AND table_name = 'messages' AND column_name = 'sid'"
                        : "SELECT typeof(sid) FROM messages ORDER BY id LIMIT 1"),
        into(type);
    select.execute();
    _usesIds = type == "integer" || type.ends_with("int");
  } catch (const Poco::Exception& fault) {
    throw plugin::AppError(400,
                           "This is not the database of the Flask chat, accounts(id, username, password, salt) and "
                           "messages(id, sid, rid, message, attributes, date): " +
                               fault.displayText());
  }
}

// With a length, since the connector allocates what a column declares.
std::string FlaskSource::text(const std::string& column, unsigned characters) const {
  const std::string name = "`" + column + "`";
  return _isMySql ? "CAST(" + name + " AS CHAR(" + std::to_string(characters) + "))" : "CAST(" + name + " AS TEXT)";
}

std::string FlaskSource::bytes(const std::string& column) const {
  return _isMySql ? "CAST(HEX(`" + column + "`) AS CHAR(" + std::to_string(2 * LongestSecret) + "))"
                  : "HEX(`" + column + "`)";
}

std::string FlaskSource::fingerprint() {
  const auto first = accountsAfter(0, 1);
  if (first.empty()) throw plugin::AppError(400, "The Flask chat has no accounts");
  return std::to_string(first.front().id) + "\n" + first.front().username + "\n" + first.front().salt;
}

std::vector<FlaskAccount> FlaskSource::accountsAfter(std::uint64_t id, std::size_t most) {
  return readAccounts("id > " + std::to_string(id) + " ORDER BY id LIMIT " + std::to_string(most));
}

std::vector<FlaskMessage> FlaskSource::messagesAfter(std::uint64_t id, std::size_t most) {
  return readMessages("id > " + std::to_string(id) + " ORDER BY id LIMIT " + std::to_string(most));
}

std::vector<FlaskAccount> FlaskSource::accounts(const std::vector<std::uint64_t>& ids) {
  return readAccounts("id IN (" + listOf(ids) + ") ORDER BY id");
}

std::vector<FlaskMessage> FlaskSource::messages(const std::vector<std::uint64_t>& ids) {
  return readMessages("id IN (" + listOf(ids) + ") ORDER BY id");
}

std::vector<FlaskAccount> FlaskSource::readAccounts(const std::string& condition) {
  std::vector<FlaskAccount> found;
  Poco::UInt64 id = 0;
  data::Text username;
  data::Text password;
  data::Text salt;
  Poco::Data::Statement select(_session);
  select << "SELECT id, " << text("username", LongestName) << ", " << bytes("password") << ", " << bytes("salt")
         << " FROM accounts WHERE " << condition,
      into(id), into(username), into(password), into(salt), range(0, 1);
  while (!select.done()) {
    username = password = salt = {};
    if (select.execute() == 0) break;
    found.push_back(
        {id, username.value, support::fromHex(password.value).value_or(""), support::fromHex(salt.value).value_or("")});
  }
  return found;
}

std::vector<FlaskMessage> FlaskSource::readMessages(const std::string& condition) {
  std::vector<FlaskMessage> found;
  Poco::UInt64 id = 0;
  data::Text sender;
  data::Text receiver;
  Poco::Nullable<data::Text> body;
  Poco::Nullable<data::Text> attributes;
  Poco::Nullable<data::Text> date;
  Poco::UInt64 length = 0;
  const std::string longest = _isMySql ? "GREATEST(CHAR_LENGTH(COALESCE(`message`, '')),"
                                         " CHAR_LENGTH(COALESCE(`attributes`, '')))"
                                       : "0";
  Poco::Data::Statement select(_session);
  select << "SELECT id, " << text("sid", LongestName) << ", " << text("rid", LongestName) << ", "
         << text("message", LongestText) << ", " << text("attributes", LongestText) << ", " << text("date", LongestName)
         << ", " << longest << " FROM messages WHERE " << condition,
      into(id), into(sender), into(receiver), into(body), into(attributes), into(date), into(length), range(0, 1);
  const auto optional = [](const Poco::Nullable<data::Text>& column) {
    return column.isNull() ? std::nullopt : std::optional(column.value().value);
  };
  while (!select.done()) {
    sender = receiver = {};
    if (select.execute() == 0) break;
    found.push_back(
        {id, sender.value, receiver.value, optional(body), optional(attributes), optional(date), length > LongestText});
  }
  return found;
}

std::uint64_t FlaskSource::accountOf(const std::string& name) {
  if (_usesIds) {
    const bool isNumber = !name.empty() && name.size() < 19 &&
                          std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
    return isNumber ? oneNumber(_session, "SELECT id FROM accounts WHERE id = " + name) : 0;
  }
  if (_isMySql) return accountWithName(name, "");
  const std::uint64_t exact = accountWithName(name, "");
  return exact != 0 ? exact : accountWithName(name, " COLLATE NOCASE");
}

std::uint64_t FlaskSource::accountWithName(const std::string& name, const std::string& collation) {
  std::string wanted = name;
  Poco::UInt64 id = 0;
  data::Text found;
  std::vector<std::uint64_t> all;
  Poco::Data::Statement select(_session);
  select << "SELECT id, " << text("username", LongestName) << " FROM accounts WHERE username = ?" << collation
         << " ORDER BY id LIMIT 100",
      use(wanted), into(id), into(found), range(0, 1);
  while (!select.done() && select.execute() > 0) {
    if (found.value == name) return id;
    all.push_back(id);
  }
  return all.size() == 1 ? all.front() : 0;
}

}  // namespace chat::archive
