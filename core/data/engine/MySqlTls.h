#pragma once

#include "data/Options.h"

namespace chat::data {

/// Checks the settings of TLS to the database: that they belong together, and that their files hold what they should.
/// Reads files, connects to nothing. Errors: std::invalid_argument that names the setting.
void checkTls(const Options& options);

}  // namespace chat::data
