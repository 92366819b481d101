#pragma once

#include <cstdint>
#include <set>

#include "data/Database.h"

namespace chat::archive {

/// Locks the rows of accounts until the end of the transaction, in the order of the names' index, as every writer of
/// messages does (docs/decisions/0006): nobody stores a message to or from one of them meanwhile. Returns those that
/// exist; the others were erased. Nothing to lock on SQLite, which has one writer at a time.
std::set<std::uint64_t> lockAccounts(const data::Database& database, Poco::Data::Session& session,
                                     const std::set<std::uint64_t>& ids);

}  // namespace chat::archive
