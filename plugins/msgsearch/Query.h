#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/Date.h"
#include "support/MessageTraits.h"
#include "support/SearchText.h"

namespace chat::support {
class Member;
}

namespace chat::msgsearch {

/// What a search asks for; a message must have all of it.
struct Query {
  std::vector<support::SearchTerm> terms;  ///< words and phrases, in any order
  std::optional<std::string> from;         ///< the sender's name as typed
  std::optional<std::string> in;           ///< the other user's name as typed
  std::optional<support::Millis> since;    ///< this date or a later one
  std::optional<support::Millis> before;   ///< an earlier date
  support::MessageTraits has;
};

/// `meta.query`: the text as it was typed, one term.
Query literalQuery(std::string_view text);

/// `meta.search`: words, "phrases" and operators (`from:`, `in:`, `before:`, `after:`, `has:`), separated by white
/// space. `zone` is added to UTC by the clock of the user, whose days are meant. Throws AppError: 400 saying what is
/// wrong, 413 if it has more than `maxCharacters`.
Query parseQuery(const support::Member& search, std::chrono::minutes zone, std::size_t maxCharacters);

/// How many words and phrases a search may have.
inline constexpr std::size_t MaxTerms = 32;

}  // namespace chat::msgsearch
