#include "support/SearchIndex.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include "support/SearchText.h"

namespace chat::support {

using namespace Poco::Data::Keywords;

namespace {

void write(Poco::Data::Session& session, const char* sql, std::span<const IndexedMessage> messages) {
  if (messages.empty()) return;
  std::vector<Poco::UInt64> ids;
  std::vector<std::string> tokens;
  ids.reserve(messages.size());
  tokens.reserve(messages.size());
  for (const IndexedMessage& message : messages) {
    ids.push_back(message.id);
    tokens.push_back(SearchTokens::ofMessage(message));
  }
  Poco::Data::Statement insert(session);
  insert << sql, use(ids), use(tokens);
  insert.execute();
}

}  // namespace

void SearchIndex::add(Poco::Data::Session& session, std::span<const IndexedMessage> messages) const {
  if (_exists) write(session, "INSERT INTO message_search (rowid, tokens) VALUES (?, ?)", messages);
}

// The index has no copy of what it was given, so SQLite must be told again.
void SearchIndex::remove(Poco::Data::Session& session, std::span<const IndexedMessage> messages) const {
  if (_exists) {
    write(session, "INSERT INTO message_search (message_search, rowid, tokens) VALUES ('delete', ?, ?)", messages);
  }
}

std::string SearchIndex::expression(const std::vector<std::string>& tokens) {
  std::string expression;
  for (const std::string& token : tokens) {
    if (!expression.empty()) expression += " AND ";
    expression.append("\"").append(token).append("\"");
  }
  return expression;
}

std::string SearchIndex::storedForm(std::string_view text) {
  std::string plain = plainText(foldForSearch(text));
  if (plain == text) plain.clear();
  return plain;
}

}  // namespace chat::support
