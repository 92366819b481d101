#include "msgsearch/Search.h"

#include <algorithm>

namespace chat::msgsearch {

bool isFoundBy(const Search& search, const support::ChatMessage& message) {
  const Query& query = search.query;
  if (search.senderId && message.senderId != *search.senderId) return false;
  if (query.since && message.date < *query.since) return false;
  if (query.before && message.date >= *query.before) return false;
  if (query.terms.empty() && query.has.areNone()) return true;
  const std::u32string folded = support::foldForSearch(message.text);
  return support::MessageTraits::of(folded, message.attributes).include(query.has) &&
         std::all_of(query.terms.begin(), query.terms.end(),
                     [&](const support::SearchTerm& term) { return term.isIn(folded); });
}

}  // namespace chat::msgsearch
