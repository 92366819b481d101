#pragma once

#include <cstdint>

namespace chat::support {

class Member;

/// A client's position as a message id: a string of digits; a number beyond 64 bits counts as above all ids. Throws
/// AppError 400.
std::uint64_t readPosition(const Member& member);

}  // namespace chat::support
