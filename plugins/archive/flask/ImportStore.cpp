#include "archive/flask/ImportStore.h"

#include "archive/Sql.h"
#include "plugin/api/AppError.h"
#include "support/SqlWords.h"

namespace chat::archive {
namespace {

const char* columnOf(ImportStore::Kind kind) noexcept {
  return kind == ImportStore::Kind::Account ? "accounts_to" : "messages_to";
}

Poco::UInt32 numberOf(ImportStore::Kind kind) noexcept {
  return static_cast<Poco::UInt32>(kind);
}

}  // namespace

std::optional<ImportStore::Import> ImportStore::find(const std::string& fingerprint) {
  std::optional<Import> found;
  _database.read([&](Poco::Data::Session& session) {
    const auto rows =
        numbers<3>(session, "SELECT id, accounts_to, messages_to FROM flask_import WHERE fingerprint = ?", fingerprint);
    found = rows.empty() ? std::nullopt : std::optional(Import{rows[0][0], rows[0][1], rows[0][2]});
  });
  return found;
}

ImportStore::Import ImportStore::create(const std::string& fingerprint, support::Millis now) {
  _database.transaction([&](Poco::Data::Session& session) {
    change(session, "INSERT INTO flask_import (fingerprint, begun_at, accounts_to, messages_to) VALUES (?, ?, 0, 0)",
           fingerprint, Poco::Int64{now});
  });
  return find(fingerprint).value();
}

std::vector<std::uint64_t> ImportStore::left(std::uint64_t import, Kind kind, std::uint64_t after, std::size_t most) {
  std::vector<std::uint64_t> ids;
  _database.read([&](Poco::Data::Session& session) {
    ids.clear();
    for (const auto& [id] : numbers<1>(session,
                                       "SELECT old_id FROM flask_import_left WHERE import_id = ? AND kind = ? AND"
                                       " old_id > ? ORDER BY old_id LIMIT ?",
                                       Poco::UInt64{import}, numberOf(kind), Poco::UInt64{after}, Poco::UInt64{most})) {
      ids.push_back(id);
    }
  });
  return ids;
}

std::optional<std::uint64_t> ImportStore::accountOf(std::uint64_t import, std::uint64_t oldId) {
  std::optional<std::uint64_t> account;
  _database.read([&](Poco::Data::Session& session) {
    const auto rows =
        numbers<1>(session, "SELECT account_id FROM flask_import_account WHERE import_id = ? AND old_id = ?",
                   Poco::UInt64{import}, Poco::UInt64{oldId});
    account = rows.empty() ? std::nullopt : std::optional(rows.front()[0]);
  });
  return account;
}

std::uint64_t ImportStore::oldOf(Poco::Data::Session& session, std::uint64_t import, std::uint64_t account) {
  return oneNumber(session, "SELECT old_id FROM flask_import_account WHERE account_id = ? AND import_id = ?",
                   Poco::UInt64{account}, Poco::UInt64{import});
}

void ImportStore::advance(Poco::Data::Session& session, const Import& import, Kind kind, std::uint64_t to) const {
  const std::string column = columnOf(kind);
  const Poco::UInt64 from = kind == Kind::Account ? import.accountsTo : import.messagesTo;
  const auto rows = numbers<1>(
      session,
      "SELECT " + column + " FROM flask_import WHERE id = ?" + std::string(support::SqlWords(_database).rowLock()),
      Poco::UInt64{import.id});
  if (rows.empty() || rows.front()[0] != from) {
    throw plugin::AppError(409, "The same import is running elsewhere");
  }
  change(session, "UPDATE flask_import SET " + column + " = ? WHERE id = ?", Poco::UInt64{to}, Poco::UInt64{import.id});
}

void ImportStore::addAccount(Poco::Data::Session& session, std::uint64_t import, std::uint64_t oldId,
                             std::uint64_t account) {
  change(session, "INSERT INTO flask_import_account (import_id, old_id, account_id) VALUES (?, ?, ?)",
         Poco::UInt64{import}, Poco::UInt64{oldId}, Poco::UInt64{account});
}

void ImportStore::addLeft(Poco::Data::Session& session, std::uint64_t import, Kind kind, std::uint64_t oldId) const {
  using support::SqlWords;
  change(session,
         "INSERT INTO flask_import_left (import_id, kind, old_id) VALUES (?, ?, ?)" +
             SqlWords(_database).orMerge("import_id, kind, old_id", {{"kind", SqlWords::Merge::Replace}}),
         Poco::UInt64{import}, numberOf(kind), Poco::UInt64{oldId});
}

void ImportStore::removeLeft(Poco::Data::Session& session, std::uint64_t import, Kind kind, std::uint64_t oldId) {
  change(session, "DELETE FROM flask_import_left WHERE import_id = ? AND kind = ? AND old_id = ?", Poco::UInt64{import},
         numberOf(kind), Poco::UInt64{oldId});
}

}  // namespace chat::archive
