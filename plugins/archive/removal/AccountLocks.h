#pragma once

#include <cstdint>
#include <set>

#include "data/Database.h"

namespace chat::archive {

/// Locks the rows of accounts until the end of the transaction, in the order of the names' index, before any
/// conversation (docs/decisions/0026): nobody creates a conversation with one of them meanwhile, or changes its name.
/// Returns those that exist. Nothing to lock on SQLite, which has one writer at a time.
std::set<std::uint64_t> lockAccounts(const data::Database& database, Poco::Data::Session& session,
                                     const std::set<std::uint64_t>& ids);

}  // namespace chat::archive
