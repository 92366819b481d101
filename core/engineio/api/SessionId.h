#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chat::engineio {

inline constexpr std::size_t SessionIdLength = 20;

/// 120 random bits in base64url, which nobody can guess; the kernel is asked for many at a time. libsodium must be
/// initialised.
std::string makeRandomId();

/// A session id: 20 characters of base64url, as the reference server's. The first tells the loop that owns the session,
/// so that any loop can send a request to where it belongs; the others are 114 random bits, which is what makes an id a
/// secret.
std::string makeSessionId(unsigned loop);

/// The loop that an id names; nothing if it can't be an id.
std::optional<unsigned> loopOf(std::string_view sessionId) noexcept;

/// How many loops an id can tell apart.
constexpr unsigned MaxLoops = 64;

}  // namespace chat::engineio
