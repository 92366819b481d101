#pragma once

#include <string>
#include <string_view>

namespace chat::login {

/// What a client shows instead of a password: 256 random bits in base64url.
/// The server keeps nothing but the hash, so that who reads the table can't log in with it.
std::string makeToken();

/// SHA-256 in hex. A slow hash would gain nothing: a token can't be guessed.
std::string hashToken(std::string_view token);

/// Whether it looks as hashToken() makes them.
bool isTokenHash(std::string_view text) noexcept;

}  // namespace chat::login
