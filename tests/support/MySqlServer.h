#pragma once

#include <optional>

#include "data/Options.h"

namespace chat::test {

/// The server that CHAT_TEST_MYSQL names: `host=…;port=…;user=…;password=…` (tests/support/mariadb.sh starts one).
std::optional<data::Options> mySqlServer();

}  // namespace chat::test
