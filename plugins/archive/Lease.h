#pragma once

#include <string>

#include "data/Database.h"
#include "support/Date.h"

namespace chat::archive {

/// Who of several servers does what only one has to do: a row of `archive_lease`, which its holder renews. Thread: one
/// at a time, which may block.
class Lease {
 public:
  explicit Lease(data::Database& database);
  /// Lets it go, so that another server needn't wait for its end.
  ~Lease();
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  /// Whether this server holds it now.
  bool hold(support::Millis now);

 private:
  data::Database& _database;
  const std::string _holder;
  support::Millis _heldUntil = 0;
};

}  // namespace chat::archive
