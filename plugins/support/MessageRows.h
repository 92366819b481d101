#pragma once

#include <Poco/Data/Statement.h>

#include <string_view>
#include <vector>

#include "support/ChatMessage.h"

namespace chat::support {

/// What a statement selects for `readMessages()`, from the tables `message m`, `account s` (sender) and `account r`
/// (receiver).
inline constexpr std::string_view MessageColumns =
    " m.id, m.sender_id, m.created_at, s.name, r.name, m.body, m.attributes, m.lid ";

/// The joins that go with them.
inline constexpr std::string_view MessageJoins =
    " JOIN account s ON s.id = m.sender_id JOIN account r ON r.id = m.receiver_id ";

/// Executes the statement, whose text and parameters are set, and takes its rows in their order.
std::vector<ChatMessage> readMessages(Poco::Data::Statement& statement);

}  // namespace chat::support
