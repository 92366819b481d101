#pragma once

#include <string>
#include <vector>

#include "data/MigrationSet.h"

namespace Poco::Data {
class Session;
}

namespace chat::data {

/// What the database remembers of its migrations: `schema_migration` has owner, number, name and checksum of each that
/// was applied; `schema_migration_step` how far the one has come whose statements commit one by one (MySQL).
/// Lives as long as the use of its session. Thread: the session's. Errors: Poco's exceptions.
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

  /// Nothing more is applied as that owner, whose tables have other owners by now. A server that still knows it as the
  /// one owner of all tables refuses the database: it finds an entry that it doesn't know.
  void close(const std::string& owner);
  static bool isClosing(const Entry& entry) noexcept;

  /// How far a migration has come.
  struct Step {
    int done = 0;        ///< so many statements
    bool begun = false;  ///< the next one too; how it ended isn't known
  };
  Step stepOf(const std::string& owner, const NumberedMigration& migration) const;
  void note(const std::string& owner, const NumberedMigration& migration, const Step& step);
  /// Whether statements of a former migration may have been done that isn't in the ledger.
  bool mayHaveBegun(const FormerMigration& former) const;

 private:
  Poco::Data::Session& _session;
};

}  // namespace chat::data
