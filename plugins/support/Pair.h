#pragma once

#include <Poco/Types.h>

#include <algorithm>
#include <cstdint>

namespace Poco::Data {
class Session;
}

namespace chat::support {

/// The two users of a conversation, in the order in which the table `conversation` has them. In a user's conversation
/// with oneself both are the same.
struct Pair {
  Pair(std::uint64_t one, std::uint64_t other) : lo(std::min(one, other)), hi(std::max(one, other)) {}
  Poco::UInt64 lo;
  Poco::UInt64 hi;
};

/// The id of their conversation, 0 if they have none. Thread: any that may block.
std::uint64_t findConversation(Poco::Data::Session& session, const Pair& pair);

}  // namespace chat::support
