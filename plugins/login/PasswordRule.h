#pragma once

#include <string_view>

namespace chat::login {

/// The rule for new passwords; existing ones stay valid.
inline constexpr std::string_view PasswordRule = "A password has 8 to 1024 characters";

/// `password` is composed; see Password.
bool isGoodPassword(std::string_view password) noexcept;

}  // namespace chat::login
