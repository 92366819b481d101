#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "data/Database.h"
#include "support/SearchTokens.h"

namespace chat::support {

/// The search index of messages: the table `message_search` on SQLite. On MySQL there is none (docs/decisions/0021):
/// the search reads the messages themselves, in the form that `storedForm()` gives. A value, cheap to create for a
/// statement.
///
/// Whoever writes messages calls `add` in the transaction that inserts them, once for many; whoever removes them calls
/// `remove` likewise. Thread: that of the session.
class SearchIndex {
 public:
  explicit SearchIndex(const data::Database& database) noexcept
      : _exists(database.dialect() == data::Dialect::Sqlite) {}

  bool exists() const noexcept { return _exists; }
  /// To add a message again is harmless.
  void add(Poco::Data::Session& session, std::span<const IndexedMessage> messages) const;
  /// The messages must be given as they were added. One that stays in the index without its row isn't found either.
  void remove(Poco::Data::Session& session, std::span<const IndexedMessage> messages) const;

  /// For `message_search MATCH ?`: messages that have all these tokens.
  static std::string expression(const std::vector<std::string>& tokens);
  /// `message.body_folded` of a text: nothing (empty) if that is the text itself.
  static std::string storedForm(std::string_view text);

 private:
  bool _exists;
};

}  // namespace chat::support
