#pragma once

#include <cstddef>
#include <string>

namespace chat::socketio {

inline constexpr std::size_t SocketIdLength = 20;

/// A socket's id: 120 random bits in base64url, which can't be guessed. libsodium must be initialised.
std::string makeSocketId();

}  // namespace chat::socketio
