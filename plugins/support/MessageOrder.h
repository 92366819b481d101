#pragma once

#include <cstdint>
#include <string>

#include "data/Batch.h"
#include "data/Database.h"

namespace chat::support {

/// The order of all messages, the row of `message_order` (docs/decisions/0026). Whoever stores messages locks it as the
/// last of all rows, gives them the ids that follow, and sets the newest one, in one transaction. On SQLite there is
/// nothing to lock, since it has one writer at a time.
struct MessageOrder {
  /// The id of the newest message of all that are committed, 0 if there was none. Thread: any that may block. Errors:
  /// data::Unavailable.
  static std::uint64_t newest(data::Database& database);

  // --- in a transaction ---

  /// The newest id; nobody else stores a message until the transaction ends.
  static std::uint64_t lock(const data::Database& database, Poco::Data::Session& session);
  static void set(Poco::Data::Session& session, std::uint64_t newest);

  // --- in a batch: the same as texts ---

  static std::string selectLocked(const data::Database& database);
  /// Of the rows that `selectLocked` gives.
  static std::uint64_t newestOf(const data::BatchSession::Rows& rows);
  static std::string update(std::uint64_t newest);
};

}  // namespace chat::support
