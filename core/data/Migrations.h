#pragma once

#include <string>
#include <vector>

#include "data/Engine.h"
#include "data/MigrationLedger.h"
#include "data/MigrationSet.h"

namespace chat::data {

/// Another server is at its migrations. Worth another try.
class MigrationsBusy : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

/// Whether a database may have migrations of a set that the set doesn't know.
enum class Newer {
  Refused,
  Passed,  ///< for the tables of another plugin, of which only the older ones are needed
};

/// Brings a database up to a set of migrations, once each, in order.
///
/// Where changes of tables commit one by one (MySQL), the ledger says how far a migration has come: after a crash in
/// its middle the next start goes on there, and a change that was made, but for the note of it, counts as made.
/// Thread: any that may block. Errors: MigrationError if an applied migration is missing or was changed, if the
/// database has newer ones, or if a statement fails; MigrationsBusy.
class Migrations {
 public:
  Migrations(Engine& engine, MigrationSet set, Newer newer);

  /// Whether there is nothing to do. Only reads.
  bool isDone(Poco::Data::Session& session) const;
  /// Applies what is missing and says what it was. `session` is not to be used for anything else afterwards.
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

/// Makes the ledgers where they are missing, and holds what they have against all sets of `schema.folder`, so that a
/// server whose files don't fit the database ends before it serves. Errors: as Migrations.
void prepareLedgers(Engine& engine, Poco::Data::Session& session, const std::vector<MigrationSet>& sets);

}  // namespace chat::data
