#pragma once

#include <string>
#include <string_view>

namespace chat::support {

/// 1–32 ASCII letters, digits, `_`, `.` or `-`.
bool isAccountName(std::string_view name) noexcept;

/// The key of an account: its name with ASCII letters in lower case.
std::string accountKey(std::string_view name);

/// Whether both name the same account.
bool isSameAccount(std::string_view a, std::string_view b) noexcept;

}  // namespace chat::support
