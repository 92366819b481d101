#pragma once

#include <functional>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/Batch.h"

namespace Poco::Data {
class Session;
}

namespace chat::data {

/// The SQL dialect. Statements are the same for both, except a few words.
enum class Dialect { MySql, Sqlite };

/// The database can't be reached, or every session of the pool stayed busy for the whole wait: nothing was stored.
/// Answered 503 if a handler doesn't catch it.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// It isn't known yet whether the work was stored: the database was told to commit it, and its answer was lost.
/// Answered 504 if a handler doesn't catch it. Work that may be repeated (a message with its `lid`) can be tried again.
/// Since 1.1.
class CommitInDoubt : public Unavailable {
 public:
  using Unavailable::Unavailable;
};

/// The work has more bytes than the database takes at once (`max_allowed_packet` of MySQL). Answered 413 if a handler
/// doesn't catch it. Since 1.2.
class TooLarge : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A row with that unique key exists already. Thrown instead of Poco's exception, which doesn't distinguish it.
class DuplicateKey : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

using Work = std::function<void(Poco::Data::Session&)>;

/// One step of a plugin's own tables, as SQL for each engine; rules for the statements: schema/README.md. The views
/// must live as long as the plugin: use literals.
struct Migration {
  std::string_view name;  ///< for the ledger and for people: `seen`, `index on name`
  std::string_view mysql;
  std::string_view sqlite;
};

/// A migration that the database didn't have, and how it was applied.
struct AppliedMigration {
  std::string name;
  std::string formerly;  ///< if nothing had to be done: the migration of another owner that had made the same
};

/// Brings the tables of plugins up to date. Thread: any that may block. Errors: std::runtime_error if an applied
/// migration is missing or changed, if the database is newer, or if a statement fails; Unavailable.
class SchemaUpdater {
 public:
  virtual ~SchemaUpdater() = default;
  /// Applies the plugin's migrations that the ledger doesn't have yet, and returns them. Numbers are positions in the
  /// list, from 1.
  virtual std::vector<AppliedMigration> migrate(const std::string& plugin, std::span<const Migration> migrations) = 0;
  /// The same with the files of `schema.folder` for `tables`, the name of a plugin. `user` is the plugin that needs
  /// them, at least up to the number `least`: the same plugin, or one that refers to the other's tables, which may be
  /// newer than the files.
  virtual std::vector<AppliedMigration> migrate(const std::string& user, const std::string& tables, int least) = 0;
};

/// The server's database: one bounded session pool that all plugins share.
///
/// Thread: any that may block, never a loop. Each call waits for a session at most `database.waitMs`, then throws
/// Unavailable. `work` may use the session only during its call: keep no reference, and finish every statement. An
/// exception of `work` is thrown on, after a rollback.
class Database {
 public:
  virtual ~Database() = default;
  virtual Dialect dialect() const noexcept = 0;

  /// Reads with autocommit. `work` is run a second time, on another session, if the first one's connection was lost.
  virtual void read(const Work& work) = 0;

  /// One transaction: committed when `work` returns, rolled back when it throws. Run again after a deadlock, a lock
  /// wait, or a connection that was lost before the commit was sent, so `work` must be repeatable.
  /// Errors: CommitInDoubt if the answer to the commit was lost.
  virtual void transaction(const Work& work) = 0;

  /// Group commit: `work` joins the transaction of all callers at this moment, in its own savepoint, and the call
  /// returns when that transaction is durable. Then, before the call returns, `afterCommit` is run on the committing
  /// thread: those of one server in the order of their work, so that what they emit is in commit order; it must not
  /// block. The work of a group is run one after the other, in the order of arrival. If `work` throws, only its own
  /// changes are rolled back, and `afterCommit` is not called.
  ///
  /// If the answer to the commit is lost, the database is asked until it says whether the work was stored, which may
  /// take as long as it can't be reached; nothing else is committed meanwhile.
  virtual void commitTogether(const Work& work, std::function<void()> afterCommit) = 0;

  /// As `commitTogether`, but the caller doesn't wait for the end of such a doubt: after `database.waitMs` the call
  /// throws CommitInDoubt. If the database says later that the work was stored, `afterCommit` is still run, in its
  /// order. Both functions are kept until then, so they must own what they use. Since 1.1.
  virtual void commitTogetherOwned(Work work, std::function<void()> afterCommit) {
    commitTogether(work, std::move(afterCommit));
  }

  /// Hands an entry over to be committed with others, and returns at once: nobody waits. All entries of one `writer`
  /// that are there at this moment are written by one call of it. The entry is told the end within `database.waitMs`.
  /// An entry whose rows are locked by somebody else delays only those that share a row with it.
  ///
  /// Thread: any, also a loop. Errors: Unavailable if the database is known to be away, or too many wait; then the
  /// entry isn't told anything. `owner` is let go after everything else of it; a plugin needs none. Since 1.2.
  virtual void commitBatched(std::shared_ptr<BatchWriter> writer, std::unique_ptr<BatchEntry> entry,
                             std::shared_ptr<void> owner = {}) {
    static_cast<void>(writer);
    static_cast<void>(entry);
    static_cast<void>(owner);
    throw Unavailable("this database has no batches");
  }

  /// Reads of one moment: what others commit meanwhile isn't seen, and nobody waits for it. For work that takes as long
  /// as it likes, such as a backup: it isn't ended by `database.waitMs`. It is run once, and only reads. Since 1.2.
  virtual void readSnapshot(const Work& work) {
    static_cast<void>(work);
    throw Unavailable("this database has no snapshots");
  }
};

}  // namespace chat::data
