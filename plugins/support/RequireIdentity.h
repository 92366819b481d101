#pragma once

#include <cstdint>

#include "plugin/api/Caller.h"

namespace chat::support {

/// The caller's identity. Throws AppError 401 if the socket is anonymous. Valid as long as the caller's identity.
const plugin::Identity& requireIdentity(const plugin::Caller& caller);

/// The account of an identity that the login plugin has set. Throws AppError 401 for an identity of another plugin.
std::uint64_t accountId(const plugin::Identity& identity);

}  // namespace chat::support
