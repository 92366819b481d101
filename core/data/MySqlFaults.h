#pragma once

#include <string_view>

#include "data/Fault.h"

namespace chat::data {

/// What an error number of MySQL, of MariaDB or of their client library means.
Fault mySqlFault(int code) noexcept;

/// Whether an error number says that a change of a table has been made before.
bool mySqlSaysDoneAlready(int code) noexcept;

/// The number in the text of one of Poco's MySQL exceptions, which carry it nowhere else (`code()` is always 0); 0
/// where there is none.
int mySqlErrorNumber(std::string_view text) noexcept;

}  // namespace chat::data
