#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "data/Database.h"

namespace chat::support {

/// What MySQL and SQLite say differently. All other words of the plugins' statements are the same for both; another
/// engine gets its words here. A value, cheap to make where a statement is written.
class SqlWords {
 public:
  explicit SqlWords(const data::Database& database) noexcept : _dialect(database.dialect()) {}

  // --- reading ---

  /// In place of `SELECT`: the tables are read in the order in which they are named, whatever the statistics say.
  std::string_view selectInOrder() const noexcept;
  /// After a table's name: it is read through that index, whatever the statistics say.
  std::string byIndex(std::string_view index) const;

  // --- locking ---

  /// At the end of a SELECT in a transaction: the rows are the transaction's until it ends. Empty on SQLite, which has
  /// one writer at a time.
  std::string_view rowLock() const noexcept;
  /// After the table's name in a SELECT with `rowLock`: the rows are locked in the order of that index, so that two
  /// transactions that want the same rows wait for each other and don't deadlock.
  std::string lockedInOrderOf(std::string_view index) const;

  // --- writing ---

  /// What becomes of a column of the row that is there, given the new row's value.
  enum class Merge {
    Replace,  ///< the new value
    Add,      ///< the sum
    Raise,    ///< the greater one
  };
  struct Column {
    std::string_view name;
    Merge merge;
  };
  /// At the end of an INSERT: if there is a row with this primary key, it is changed instead.
  std::string orMerge(std::string_view key, std::initializer_list<Column> columns) const;
  /// A DELETE of the rows that meet the condition, whose last parameter is how many at most. Reads and locks those rows
  /// alone, if `order` has an index that the condition is a range of.
  std::string deleteSome(std::string_view table, std::string_view key, std::string_view condition,
                         std::string_view order) const;
  /// The id that the session's last INSERT was given.
  std::uint64_t insertId(Poco::Data::Session& session) const;

 private:
  bool isMySql() const noexcept { return _dialect == data::Dialect::MySql; }

  data::Dialect _dialect;
};

}  // namespace chat::support
