#include "archive/Lease.h"

#include <Poco/UUIDGenerator.h>

#include <exception>

#include "archive/Sql.h"
#include "support/SqlWords.h"

namespace chat::archive {
namespace {

constexpr support::Millis LeaseMs = 60'000;

}  // namespace

Lease::Lease(data::Database& database)
    : _database(database), _holder(Poco::UUIDGenerator::defaultGenerator().createRandom().toString()) {}

Lease::~Lease() {
  if (_heldUntil == 0) return;
  try {
    _database.transaction([&](Poco::Data::Session& session) {
      change(session, "UPDATE archive_lease SET until = 0 WHERE holder = ?", _holder);
    });
  } catch (const std::exception&) {
    // It ends by itself.
  }
}

bool Lease::hold(support::Millis now) {
  if (now < _heldUntil - LeaseMs / 2) return true;
  bool isHeld = false;
  const Poco::Int64 time = now;
  const Poco::Int64 until = now + LeaseMs;
  _database.transaction([&](Poco::Data::Session& session) {
    using support::SqlWords;
    isHeld =
        change(session, "UPDATE archive_lease SET holder = ?, until = ? WHERE id = 1 AND (until < ? OR holder = ?)",
               _holder, until, time, _holder) > 0;
    if (isHeld || oneNumber(session, "SELECT COUNT(*) FROM archive_lease") > 0) return;
    // Of two servers that insert it at the same moment, the second one replaces the first one's name; the first one
    // finds out when it renews. What both do meanwhile is harmless.
    change(session,
           "INSERT INTO archive_lease (id, holder, until) VALUES (1, ?, ?)" +
               SqlWords(_database).orMerge("id",
                                           {{"holder", SqlWords::Merge::Replace}, {"until", SqlWords::Merge::Replace}}),
           _holder, until);
    isHeld = true;
  });
  _heldUntil = isHeld ? until : 0;
  return isHeld;
}

}  // namespace chat::archive
