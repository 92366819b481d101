#pragma once

#include <string>
#include <vector>

#include "data/migration/MigrationSet.h"

namespace Poco::Data {
class Session;
}

namespace chat::data {

/// The database's record of its migrations: `schema_migration` has owner, number, name and checksum of each applied
/// one; `schema_migration_step` has the progress of the present one, whose statements commit one by one (MySQL). Lives
/// as long as the use of its session. Thread: the session's. Errors: Poco's exceptions.
class MigrationLedger {
 public:
  explicit MigrationLedger(Poco::Data::Session& session) : _session(session) {}

  struct Entry {
    int number;
    std::string name;
    std::string checksum;
  };
  /// By number.
  std::vector<Entry> of(const std::string& owner) const;
  void add(const std::string& owner, const Entry& entry);

  /// Ends that owner, whose tables have other owners now. An older server, for which it owns all tables, finds an entry
  /// that it doesn't know and refuses the database.
  void close(const std::string& owner);
  static bool isClosing(const Entry& entry) noexcept;

  /// The progress of a migration.
  struct Step {
    int done = 0;        ///< how many statements
    bool begun = false;  ///< the next one was begun; its result isn't known
  };
  Step stepOf(const std::string& owner, const NumberedMigration& migration) const;
  void note(const std::string& owner, const NumberedMigration& migration, const Step& step);
  /// Whether statements of a former migration that isn't in the ledger may have been executed.
  bool mayHaveBegun(const FormerMigration& former) const;

 private:
  Poco::Data::Session& _session;
};

}  // namespace chat::data
