#pragma once

#include <string_view>

#include "data/engine/Fault.h"

namespace chat::data {

/// The meaning of an error number of MySQL, of MariaDB or of their client library.
Fault mySqlFault(int code) noexcept;

/// Whether an error number says that a table's change was made before.
bool mySqlSaysDoneAlready(int code) noexcept;

/// The error number in the text of one of Poco's MySQL exceptions, which have it nowhere else (`code()` is always 0); 0
/// if there is none.
int mySqlErrorNumber(std::string_view text) noexcept;

}  // namespace chat::data
