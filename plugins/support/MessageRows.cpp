#include "support/MessageRows.h"

#include <Poco/Data/LOB.h>
#include <Poco/Nullable.h>

namespace chat::support {
namespace {

std::string fromHex(std::string_view hex) {
  const auto nibble = [](char c) { return c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10; };
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes.push_back(static_cast<char>(nibble(hex[i]) << 4 | nibble(hex[i + 1])));
  }
  return bytes;
}

}  // namespace

std::vector<ChatMessage> readMessages(Poco::Data::Statement& statement) {
  using namespace Poco::Data::Keywords;
  std::vector<ChatMessage> messages;
  ChatMessage row;
  Poco::UInt64 id = 0;
  Poco::UInt64 senderId = 0;
  Poco::Int64 date = 0;
  Poco::Data::CLOB body;  // a std::string would end at the text's first NUL on SQLite
  Poco::Nullable<std::string> attributes;
  Poco::Nullable<std::string> lid;
  statement, into(id), into(senderId), into(date), into(row.sender), into(row.receiver), into(body), into(attributes),
      into(lid), range(0, 1);
  while (!statement.done()) {
    if (statement.execute() == 0) break;
    row.id = id;
    row.senderId = senderId;
    row.date = date;
    row.text.assign(body.rawContent(), body.size());
    row.attributes = attributes.isNull() ? "{}" : attributes.value();
    // A lid is never empty; SQLite makes hex of NULL an empty text.
    row.lid.reset();
    if (!lid.isNull() && !lid.value().empty()) row.lid = fromHex(lid.value());
    messages.push_back(row);
  }
  return messages;
}

}  // namespace chat::support
