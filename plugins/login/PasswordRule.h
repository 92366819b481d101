#pragma once

#include <string_view>

namespace chat::login {

/// What a password must be when it is set; an account keeps the one that it has.
inline constexpr std::string_view PasswordRule = "A password has 8 to 1024 characters";

/// `password` is valid UTF-8.
bool isGoodPassword(std::string_view password) noexcept;
/// Whether a text is valid UTF-8: what isn't comes from no client.
bool isUtf8(std::string_view text);

}  // namespace chat::login
