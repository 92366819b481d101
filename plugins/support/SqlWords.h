#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "data/Database.h"

namespace chat::support {

/// The SQL in which MySQL and SQLite differ. Everything else in the plugins' statements is the same for both; another
/// engine gets its SQL here. A value, cheap to create for a statement.
class SqlWords {
 public:
  explicit SqlWords(const data::Database& database) noexcept : _dialect(database.dialect()) {}

  // --- reading ---

  /// Instead of `SELECT`: the tables are read in the order of their names in the statement, whatever the statistics.
  std::string_view selectInOrder() const noexcept;
  /// After a table's name: it is read through that index, whatever the statistics; `PRIMARY` is the primary key, which
  /// SQLite prefers by itself if the condition has all its columns.
  std::string byIndex(std::string_view index) const;

  // --- locking ---

  /// At the end of a SELECT in a transaction: locks the rows until the transaction ends. Empty on SQLite, which has one
  /// writer at a time.
  std::string_view rowLock() const noexcept;
  /// The same, but rows that somebody else has locked are left out, and nobody is waited for.
  std::string_view rowLockOrSkip() const noexcept;
  /// After the table's name in a SELECT with one of these: the rows are locked in the order of that index, so that two
  /// transactions that need the same rows wait for each other and don't deadlock.
  std::string lockedInOrderOf(std::string_view index) const;

  // --- writing ---

  /// The new value of an existing row's column, given the inserted row's value.
  enum class Merge {
    Replace,  ///< the new value
    Add,      ///< the sum
    Raise,    ///< the greater one
  };
  struct Column {
    std::string_view name;
    Merge merge;
  };
  /// At the end of an INSERT: if a row with this primary key exists, it is updated instead.
  std::string orMerge(std::string_view key, std::initializer_list<Column> columns) const;
  /// A DELETE of rows that meet the condition; its last parameter is the maximum number. Reads and locks only these
  /// rows if the condition is a range of an index on `order`.
  std::string deleteSome(std::string_view table, std::string_view key, std::string_view condition,
                         std::string_view order) const;
  /// The id of the session's last INSERT.
  std::uint64_t insertId(Poco::Data::Session& session) const;

 private:
  bool isMySql() const noexcept { return _dialect == data::Dialect::MySql; }

  data::Dialect _dialect;
};

}  // namespace chat::support
