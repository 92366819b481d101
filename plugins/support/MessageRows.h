#pragma once

#include <Poco/Data/Statement.h>

#include <string>
#include <string_view>
#include <vector>

#include "data/Database.h"
#include "support/ChatMessage.h"

namespace chat::support {

/// `SELECT … FROM`, with the columns that `readMessages()` reads from the tables `message m`, `account s` (sender) and
/// `account r` (receiver). MySQL is told to read the tables in this order: with old statistics it would read all
/// messages first.
std::string selectMessages(const data::Database& database);

/// The joins that go with it, after `message m`. The receiver is the other user of the pair `conversation c`.
inline constexpr std::string_view MessageJoins =
    " JOIN conversation c ON c.id = m.conversation_id JOIN account s ON s.id = m.sender_id"
    " JOIN account r ON r.id = CASE WHEN c.lo_id = m.sender_id THEN c.hi_id ELSE c.lo_id END ";

/// Executes the statement, whose text and parameters are set, and returns its rows in their order.
std::vector<ChatMessage> readMessages(Poco::Data::Statement& statement);

}  // namespace chat::support
