#include "data/migration/MigrationLedger.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Types.h>

#include <algorithm>
#include <chrono>

#include "base/Clock.h"

namespace chat::data {

namespace {

using namespace Poco::Data::Keywords;

constexpr int ClosingNumber = 9999;
constexpr const char* ClosingName = "9999_tables_belong_to_plugins_of_a_newer_server";

}  // namespace

std::vector<MigrationLedger::Entry> MigrationLedger::of(const std::string& owner) const {
  std::vector<int> numbers;
  std::vector<std::string> names;
  std::vector<std::string> checksums;
  Poco::Data::Statement select(_session);
  select << "SELECT number, name, checksum FROM schema_migration WHERE owner = ? ORDER BY number", bind(owner),
      into(numbers), into(names), into(checksums);
  select.execute();
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < numbers.size(); ++i) entries.push_back({numbers[i], names[i], checksums[i]});
  return entries;
}

void MigrationLedger::add(const std::string& owner, const Entry& entry) {
  const auto now = base::systemClock().wallTime().time_since_epoch();
  const Poco::Int64 nowMs = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  Poco::Data::Statement insert(_session);
  insert << "INSERT INTO schema_migration (owner, number, name, checksum, applied_at) VALUES (?, ?, ?, ?, ?)",
      bind(owner), bind(entry.number), bind(entry.name), bind(entry.checksum), bind(nowMs);
  insert.execute();
}

void MigrationLedger::close(const std::string& owner) {
  const auto entries = of(owner);
  if (!entries.empty() && isClosing(entries.back())) return;
  add(owner, {ClosingNumber, ClosingName, ""});
}

bool MigrationLedger::isClosing(const Entry& entry) noexcept {
  return entry.number == ClosingNumber;
}

MigrationLedger::Step MigrationLedger::stepOf(const std::string& owner, const NumberedMigration& migration) const {
  Step step;
  Poco::Data::Statement select(_session);
  select << "SELECT done, begun FROM schema_migration_step WHERE owner = ? AND number = ? AND checksum = ?",
      bind(owner), bind(migration.number), bind(migration.checksum), into(step.done), into(step.begun);
  select.execute();
  return step;
}

void MigrationLedger::note(const std::string& owner, const NumberedMigration& migration, const Step& step) {
  Poco::Data::Statement replace(_session);
  replace << "REPLACE INTO schema_migration_step (owner, number, checksum, done, begun) VALUES (?, ?, ?, ?, ?)",
      bind(owner), bind(migration.number), bind(migration.checksum), bind(step.done), bind(step.begun);
  replace.execute();
}

bool MigrationLedger::mayHaveBegun(const FormerMigration& former) const {
  int rows = 0;
  Poco::Data::Statement select(_session);
  select << "SELECT COUNT(*) FROM schema_migration_step WHERE owner = ? AND number = ? AND checksum = ?",
      bind(former.owner), bind(former.number), bind(former.checksum), into(rows);
  select.execute();
  return rows > 0;
}

}  // namespace chat::data
