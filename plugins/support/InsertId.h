#pragma once

#include <cstdint>

#include "data/Database.h"

namespace chat::support {

/// The id that the session's last INSERT was given.
std::uint64_t insertId(Poco::Data::Session& session, data::Dialect dialect);

}  // namespace chat::support
