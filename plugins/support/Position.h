#pragma once

#include <cstdint>

namespace chat::support {

class Member;

/// A message id as a client gives it to say where it stands: a string of digits; more than there can be ids stand
/// above all of them. Throws AppError 400.
std::uint64_t readPosition(const Member& member);

}  // namespace chat::support
