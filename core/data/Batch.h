#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace Poco::Data {
class Session;
}

namespace chat::data {

/// Something to be stored together with others of its kind: `Database::commitBatched`. A plugin derives from it, with
/// the values to be stored and whoever is to be answered. Since 1.2.
class BatchEntry {
 public:
  virtual ~BatchEntry() = default;

  /// How many bytes of values its statements carry, roughly; a batch has at most what the database takes at once.
  virtual std::size_t bytes() const noexcept = 0;
  /// Names of the rows that it locks. Entries with a common name are committed, and their `committed` is called, in the
  /// order in which they came. The names must not change.
  virtual std::span<const std::string> rows() const noexcept = 0;

  /// It is stored, or there was nothing to store (`BatchWriter::write` has refused nothing). Called once, in the order
  /// of the commits, on a committing thread; must not block.
  virtual void committed() = 0;
  /// It isn't stored, for that reason, or it isn't known yet (CommitInDoubt). Called at most once, on any thread, and
  /// possibly while `BatchWriter::write` works on the entry: must touch nothing that `write` does, and must not block.
  /// After CommitInDoubt `committed` is still called if the database says later that it is stored.
  virtual void failed(std::exception_ptr reason) = 0;

  // --- for BatchWriter::write ---

  /// This entry isn't stored; the others of the batch are. `write` must have changed nothing for it.
  void refuse(std::exception_ptr reason) noexcept {
    _outcome = Outcome::Refused;
    _reason = std::move(reason);
  }
  /// Rows that it needs are locked by somebody else, who may keep them for long: it is written later, in a transaction
  /// of its own, so that the others needn't wait. `write` must have changed nothing for it.
  void setAside() noexcept { _outcome = Outcome::Aside; }

 private:
  friend class GroupTransaction;
  enum class Outcome { Written, Refused, Aside };
  Outcome _outcome = Outcome::Written;
  std::exception_ptr _reason;
};

/// Whether a batch waits for rows that somebody else has locked.
enum class BatchLocks {
  Skip,  ///< it doesn't: entries whose rows are locked are set aside (`FOR UPDATE SKIP LOCKED`)
  Wait,  ///< it does, as long as the database lets it (`FOR UPDATE`)
};

/// The open transaction in which a batch is written. Beside Poco's session, whose every statement is prepared first, it
/// takes statements as text, each of which costs one way to the database and back. Since 1.2.
class BatchSession {
 public:
  using Row = std::vector<std::optional<std::string>>;
  using Rows = std::vector<Row>;

  virtual ~BatchSession() = default;
  virtual Poco::Data::Session& session() = 0;
  virtual BatchLocks locks() const noexcept = 0;
  /// A text as a literal for the statements below, whatever is in it. Every value of a user needs it.
  virtual std::string quoted(std::string_view text) = 0;
  /// The rows of one SELECT.
  Rows query(const std::string& sql) { return std::move(queryAll({&sql, 1}).front()); }
  /// The rows of each of several SELECTs, which go to the database together and are executed in their order.
  virtual std::vector<Rows> queryAll(std::span<const std::string> selects) = 0;
  /// One INSERT of so many rows; their generated ids, in the order of the rows.
  virtual std::vector<std::uint64_t> insert(const std::string& sql, std::size_t rows) = 0;
  /// Several statements without results. They may wait for the next statement, or for COMMIT, which are then sent with
  /// them: an error of theirs is thrown there, or lets each entry be written again alone.
  virtual void execute(std::span<const std::string> statements) = 0;
};

/// Writes entries of one kind with few statements. Since 1.2.
class BatchWriter {
 public:
  virtual ~BatchWriter() = default;
  /// Writes all entries, in their order, in the open transaction. May be called again for the same entries, after a
  /// rollback. If it throws, what it has written is rolled back, and each entry is written alone: so one that can't be
  /// written fails alone. Thread: one of the committing threads; several may write at the same time.
  virtual void write(BatchSession& session, std::span<BatchEntry* const> entries) = 0;
};

}  // namespace chat::data
