#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace chat::support {

/// 1–32 ASCII letters, digits, `_`, `.` or `-`.
bool isAccountName(std::string_view name) noexcept;

/// The key of an account: its name with ASCII letters in lower case.
std::string accountKey(std::string_view name);

/// Whether both name the same account.
bool isSameAccount(std::string_view a, std::string_view b) noexcept;

/// The name that an erased account has from then on, as long as others have messages to it. Nobody can register such a
/// name or send anything to it.
std::string erasedName(std::uint64_t accountId);
bool isErasedName(std::string_view name) noexcept;

}  // namespace chat::support
