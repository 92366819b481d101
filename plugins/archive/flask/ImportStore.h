#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::archive {

/// How far an import has come, so that it can be interrupted, and run again without taking anything twice. The tables
/// `flask_import`, `flask_import_account` and `flask_import_left`. Thread: any that may block.
class ImportStore {
 public:
  enum class Kind { Account = 0, Message = 1 };
  struct Import {
    std::uint64_t id = 0;
    std::uint64_t accountsTo = 0;  ///< rows up to this id were taken over or are left
    std::uint64_t messagesTo = 0;
  };

  explicit ImportStore(data::Database& database) : _database(database) {}

  /// `fingerprint` names the source.
  std::optional<Import> find(const std::string& fingerprint);
  Import create(const std::string& fingerprint, support::Millis now);
  /// Rows that could not be taken over before.
  std::vector<std::uint64_t> left(std::uint64_t import, Kind kind, std::uint64_t after, std::size_t most);
  /// The account of an old one; 0 if it was erased since, nothing if it wasn't taken over.
  std::optional<std::uint64_t> accountOf(std::uint64_t import, std::uint64_t oldId);
  /// The old account of one; 0 for none.
  static std::uint64_t oldOf(Poco::Data::Session& session, std::uint64_t import, std::uint64_t account);

  // In the transaction that stores the rows.
  /// Throws AppError 409 if somebody else goes on with this import.
  void advance(Poco::Data::Session& session, const Import& import, Kind kind, std::uint64_t to) const;
  static void addAccount(Poco::Data::Session& session, std::uint64_t import, std::uint64_t oldId,
                         std::uint64_t account);
  void addLeft(Poco::Data::Session& session, std::uint64_t import, Kind kind, std::uint64_t oldId) const;
  static void removeLeft(Poco::Data::Session& session, std::uint64_t import, Kind kind, std::uint64_t oldId);

 private:
  data::Database& _database;
};

}  // namespace chat::archive
