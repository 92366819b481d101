#include "support/SqlWords.h"

#include <Poco/Any.h>
#include <Poco/Data/Session.h>

namespace chat::support {
std::string_view SqlWords::selectInOrder() const noexcept {
  return isMySql() ? "SELECT STRAIGHT_JOIN" : "SELECT";
}

std::string SqlWords::byIndex(std::string_view index) const {
  const std::string name(index);
  if (!isMySql() && name == "PRIMARY") return {};
  return isMySql() ? " FORCE INDEX (" + name + ")" : " INDEXED BY " + name;
}

std::string_view SqlWords::rowLock() const noexcept {
  return isMySql() ? " FOR UPDATE" : "";
}

std::string_view SqlWords::rowLockOrSkip() const noexcept {
  return isMySql() ? " FOR UPDATE SKIP LOCKED" : "";
}

std::string SqlWords::lockedInOrderOf(std::string_view index) const {
  return isMySql() ? " FORCE INDEX (" + std::string(index) + ")" : "";
}

std::string SqlWords::orMerge(std::string_view key, std::initializer_list<Column> columns) const {
  std::string sql = isMySql() ? " ON DUPLICATE KEY UPDATE " : " ON CONFLICT (" + std::string(key) + ") DO UPDATE SET ";
  bool isFirst = true;
  for (const auto& [column, merge] : columns) {
    const std::string name(column);
    const std::string given = isMySql() ? "VALUES(" + name + ")" : "excluded." + name;
    sql += (isFirst ? "" : ", ") + name + " = ";
    isFirst = false;
    switch (merge) {
      case Merge::Replace:
        sql += given;
        break;
      case Merge::Add:
        sql += name + " + " + given;
        break;
      case Merge::Raise:
        sql += (isMySql() ? "GREATEST(" : "MAX(") + name + ", " + given + ")";
        break;
    }
  }
  return sql;
}

// SQLite as Debian builds it has no DELETE … LIMIT. MariaDB reads and locks the whole table if a DELETE has a subquery.
std::string SqlWords::deleteSome(std::string_view table, std::string_view key, std::string_view condition,
                                 std::string_view order) const {
  const std::string from = " FROM " + std::string(table) + " WHERE " + std::string(condition);
  if (isMySql()) return "DELETE" + from + " ORDER BY " + std::string(order) + " LIMIT ?";
  return "DELETE FROM " + std::string(table) + " WHERE " + std::string(key) + " IN (SELECT " + std::string(key) + from +
         " LIMIT ?)";
}

std::uint64_t SqlWords::insertId(Poco::Data::Session& session) const {
  if (isMySql()) return Poco::AnyCast<Poco::UInt64>(session.getProperty("insertId"));
  using namespace Poco::Data::Keywords;
  Poco::UInt64 id = 0;
  session << "SELECT last_insert_rowid()", into(id), now;
  return id;
}

}  // namespace chat::support
