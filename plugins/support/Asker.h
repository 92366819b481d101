#pragma once

#include <cstdint>

#include "plugin/api/Caller.h"

namespace chat::support {

/// Who is asking. Throws AppError 401 where the socket is anonymous. Valid as long as the caller's identity.
const plugin::Identity& requireIdentity(const plugin::Caller& caller);

/// The account that the login plugin meant by an identity's user. Throws AppError 401 where it is none of its own.
std::uint64_t accountId(const plugin::Identity& identity);

}  // namespace chat::support
