#include "archive/backup/BackupTables.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Nullable.h>

#include <algorithm>
#include <deque>
#include <stdexcept>

#include "data/Text.h"

namespace chat::archive {

using namespace Poco::Data::Keywords;

namespace {

BackupColumn number(const char* name) {
  return {name, false};
}
BackupColumn text(const char* name) {
  return {name, true};
}

/// A key as a literal; texts among them are hexadecimal digits.
std::string literal(const BackupValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return std::to_string(*integer);
  const auto* hex = std::get_if<std::string>(&value);
  if (!hex || hex->find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw std::runtime_error("a table has a key that can't be read on from");
  }
  return "'" + *hex + "'";
}

/// `(a > 1 OR (a = 1 AND b > 2))`
std::string beyond(const BackupTable& table, const BackupRow& after) {
  std::string condition;
  std::string equal;
  for (std::size_t i = 0; i < table.keys; ++i) {
    const std::string& name = table.columns[i].name;
    condition += (i == 0 ? "(" : " OR (") + equal + name + " > " + literal(after[i]) + ")";
    equal += name + " = " + literal(after[i]) + " AND ";
  }
  return condition;
}

}  // namespace

const std::vector<BackupTable>& backupTables() {
  static const std::vector<BackupTable> tables{
      {"account",
       "login",
       1,
       {number("id"), text("name"), text("name_key"), text("password_hash"), number("created_at"),
        number("disabled_at"), number("last_login_at")}},
      {"session_token",
       "login",
       1,
       {text("token_hash"), number("account_id"), number("created_at"), number("expires_at")}},
      {"conversation",
       "messages",
       1,
       {number("id"), number("kind"), number("lo_id"), number("hi_id"), number("created_at"), number("message_count"),
        number("last_message_id"), number("removed_count")}},
      {"member",
       "messages",
       2,
       {number("conversation_id"), number("account_id"), number("sent_count"), number("removed_count")}},
      {"message",
       "messages",
       1,
       {number("id"), number("conversation_id"), number("sender_id"), number("created_at"), text("lid"), text("body"),
        text("attributes")}},
      {"message_order", "messages", 1, {number("id"), number("last_id"), number("last_at")}},
      {"receipt",
       "receipts",
       2,
       {number("account_id"), number("conversation_id"), number("delivered_id"), number("read_id"),
        number("read_count")}},
      {"last_seen", "presence", 1, {number("account_id"), number("seen_at")}},
      {"flask_import",
       "archive",
       1,
       {number("id"), text("fingerprint"), number("begun_at"), number("accounts_to"), number("messages_to")}},
      {"flask_import_account", "archive", 2, {number("import_id"), number("old_id"), number("account_id")}},
      {"flask_import_left", "archive", 3, {number("import_id"), number("kind"), number("old_id")}},
      {"erasure", "archive", 1, {number("account_id"), text("name_key"), number("begun_at")}},
  };
  return tables;
}

std::vector<std::string> tablesLeftOut(const data::Database& database, Poco::Data::Session& session) {
  // Of the server itself, of one moment only, or made anew.
  constexpr const char* Known[] = {"schema_migration", "schema_migration_step", "commit_ledger",
                                   "ended_token",      "archive_lease",         "search_progress"};
  std::vector<std::string> names;
  std::string name;
  Poco::Data::Statement select(session);
  select << (database.dialect() == data::Dialect::MySql
                 ? "SELECT CAST(table_name AS CHAR(64)) FROM information_schema.tables WHERE table_schema = DATABASE()"
                 : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE"
                   " 'message_search%'"),
      into(name), range(0, 1);
  while (!select.done() && select.execute() > 0) {
    const auto& tables = backupTables();
    const bool isIn = std::any_of(tables.begin(), tables.end(), [&](const auto& table) { return table.name == name; });
    if (!isIn && std::find(std::begin(Known), std::end(Known), name) == std::end(Known)) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<BackupRow> readRows(Poco::Data::Session& session, const BackupTable& table, const BackupRow* after,
                                std::size_t most) {
  std::string columns;
  std::string order;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    columns += (i == 0 ? "" : ", ") + table.columns[i].name;
    if (i < table.keys) order += (i == 0 ? "" : ", ") + table.columns[i].name;
  }
  std::deque<Poco::Nullable<Poco::Int64>> numbers;
  std::deque<Poco::Nullable<data::Text>> texts;
  Poco::Data::Statement select(session);
  select << "SELECT " << columns << " FROM " << table.name << (after ? " WHERE " + beyond(table, *after) : "")
         << " ORDER BY " << order << " LIMIT " << std::to_string(most);
  for (const auto& column : table.columns) {
    if (column.isText) {
      select, into(texts.emplace_back());
    } else {
      select, into(numbers.emplace_back());
    }
  }
  select, range(0, 1);
  std::vector<BackupRow> rows;
  while (!select.done()) {
    if (select.execute() == 0) break;
    BackupRow& row = rows.emplace_back();
    std::size_t nextNumber = 0;
    std::size_t nextText = 0;
    for (const auto& column : table.columns) {
      if (column.isText) {
        const auto& value = texts[nextText++];
        row.push_back(value.isNull() ? BackupValue{} : BackupValue{value.value().value});
      } else {
        const auto& value = numbers[nextNumber++];
        row.push_back(value.isNull() ? BackupValue{} : BackupValue{static_cast<std::int64_t>(value.value())});
      }
    }
  }
  return rows;
}

}  // namespace chat::archive
