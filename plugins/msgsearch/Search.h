#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "msgsearch/Query.h"
#include "support/ChatMessage.h"

namespace chat::msgsearch {

/// Which messages are searched: those of one conversation, or of all whose member the account is.
struct Scope {
  std::uint64_t accountId = 0;
  std::optional<std::uint64_t> conversationId;  ///< 0: one without messages
};

/// A search whose names are accounts.
struct Search {
  Scope scope;
  Query query;
  std::optional<std::uint64_t> senderId;
  std::optional<std::uint64_t> before;  ///< only messages with a lower id
};

/// Whether a message of the scope is one that the search asks for.
bool isFoundBy(const Search& search, const support::ChatMessage& message);

}  // namespace chat::msgsearch
