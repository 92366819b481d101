#pragma once

#include <string>
#include <string_view>

namespace chat::login {

/// What a client sends instead of a password: 256 random bits in base64url. The server stores only the hash, so that a
/// reader of the table can't log in with it.
std::string makeToken();

/// SHA-256 in hex. A slow hash would have no advantage, since a token can't be guessed.
std::string hashToken(std::string_view token);

/// Whether it has the form of a hashToken() result.
bool isTokenHash(std::string_view text) noexcept;

}  // namespace chat::login
