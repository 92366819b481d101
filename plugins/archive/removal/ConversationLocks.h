#pragma once

#include <cstdint>
#include <map>
#include <set>

#include "data/Database.h"
#include "support/Pair.h"

namespace chat::archive {

/// Locks the rows of conversations until the end of the transaction, in the order of their ids: nobody stores or
/// removes a message in one of them meanwhile. Accounts are locked before them, the order of messages after them
/// (docs/decisions/0026). Returns the pairs of those that exist, by their ids; the others were removed. Nothing to lock
/// on SQLite, which has one writer at a time.
std::map<std::uint64_t, support::Pair> lockConversations(const data::Database& database, Poco::Data::Session& session,
                                                         const std::set<std::uint64_t>& ids);

}  // namespace chat::archive
