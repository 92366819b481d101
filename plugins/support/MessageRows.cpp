#include "support/MessageRows.h"

#include <Poco/Nullable.h>

#include "data/Text.h"
#include "support/SqlWords.h"

namespace chat::support {

std::string selectMessages(const data::Database& database) {
  return std::string(SqlWords(database).selectInOrder()) +
         " m.id, m.sender_id, r.id, m.created_at, s.name, r.name, m.body, m.attributes, m.lid FROM ";
}

std::vector<ChatMessage> readMessages(Poco::Data::Statement& statement) {
  using namespace Poco::Data::Keywords;
  std::vector<ChatMessage> messages;
  ChatMessage row;
  Poco::UInt64 id = 0;
  Poco::UInt64 senderId = 0;
  Poco::UInt64 receiverId = 0;
  Poco::Int64 date = 0;
  data::Text body;
  Poco::Nullable<data::Text> attributes;
  data::Text lid;
  statement, into(id), into(senderId), into(receiverId), into(date), into(row.sender), into(row.receiver), into(body),
      into(attributes), into(lid), range(0, 1);
  while (!statement.done()) {
    if (statement.execute() == 0) break;
    row.id = id;
    row.senderId = senderId;
    row.receiverId = receiverId;
    row.date = date;
    row.text = body.value;
    row.attributes = attributes.isNull() ? "{}" : attributes.value().value;
    row.lid.reset();
    if (!lid.value.empty()) row.lid = lid.value;  // a lid has at least one character; NULL comes as none
    messages.push_back(row);
  }
  return messages;
}

}  // namespace chat::support
