#pragma once

#include <string_view>

namespace chat::login {

/// The rule for new passwords; existing ones stay valid.
inline constexpr std::string_view PasswordRule = "A password has 8 to 1024 characters";

/// `password` is composed; see Password.
bool isGoodPassword(std::string_view password) noexcept;
/// Whether a text is valid UTF-8; text from clients always is.
bool isUtf8(std::string_view text);

}  // namespace chat::login
