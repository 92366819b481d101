#pragma once

#include <cstdint>
#include <string>

#include "data/Batch.h"
#include "data/Database.h"
#include "support/Date.h"

namespace chat::support {

/// The order of all messages, the row of `message_order` (docs/decisions/0026). Whoever stores messages locks it as the
/// last of all rows, gives them the ids that follow, and sets the newest one, in one transaction. On SQLite there is
/// nothing to lock, since it has one writer at a time.
struct MessageOrder {
  std::uint64_t newest = 0;  ///< the id of the newest message, 0 if there was none
  Millis newestAt = 0;       ///< its date; later ones aren't before it

  /// What is committed. Thread: any that may block. Errors: data::Unavailable.
  static MessageOrder read(data::Database& database);

  // --- in a transaction ---

  /// Nobody else stores a message until the transaction ends.
  static MessageOrder lock(const data::Database& database, Poco::Data::Session& session);
  void store(Poco::Data::Session& session) const;

  // --- in a batch ---

  /// The statement that locks it and takes the next `count` ids for messages of that date. Their date is `newestAt`
  /// then; if that is above `now`, since a clock was ahead, the last one's is, and each one before has a millisecond
  /// less.
  static std::string advance(std::uint64_t count, Millis now);
};

}  // namespace chat::support
