#pragma once

#include <string>
#include <vector>

#include "data/engine/Engine.h"
#include "data/migration/MigrationLedger.h"
#include "data/migration/MigrationSet.h"

namespace chat::data {

/// Another server is running its migrations. Try again.
class MigrationsBusy : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

/// Whether a database may have migrations of a set that the set doesn't know.
enum class Newer {
  Refused,
  Passed,  ///< for another plugin's tables, of which only the older migrations are needed
};

/// Brings a database up to a set of migrations, once each, in order.
///
/// If changes of tables commit one by one (MySQL), the ledger has the progress of a migration: after a crash in its
/// middle the next start continues there, and a change that was made but not recorded counts as made.
/// Thread: any that may block. Errors: MigrationError if an applied migration is missing or was changed, if the
/// database has newer ones, or if a statement fails; MigrationsBusy.
class Migrations {
 public:
  Migrations(Engine& engine, MigrationSet set, Newer newer);

  /// Whether nothing needs to be applied. Only reads.
  bool isDone(Poco::Data::Session& session) const;
  /// Applies the missing migrations and returns them. `session` must not be used for anything else afterwards.
  std::vector<AppliedMigration> apply(Poco::Data::Session& session);
  const MigrationSet& set() const noexcept { return _set; }

 private:
  AppliedMigration applyOrTakeOver(Poco::Data::Session& session, const NumberedMigration& migration);
  void run(Poco::Data::Session& session, const NumberedMigration& migration);
  void runStatement(Poco::Data::Session& session, const std::string& statement, bool mayBeDone);

  Engine& _engine;
  const MigrationSet _set;
  const Newer _newer;
};

/// Creates the ledgers if they are missing, and checks their entries against all sets of `schema.folder`, so that a
/// server whose files don't fit the database ends before it serves. Errors: as Migrations.
void prepareLedgers(Engine& engine, Poco::Data::Session& session, const std::vector<MigrationSet>& sets);

}  // namespace chat::data
