#include "msgsearch/Query.h"

#include <algorithm>
#include <array>

#include "msgsearch/QueryDate.h"
#include "support/Document.h"
#include "support/Text.h"

namespace chat::msgsearch {
namespace {

// As keyboards of several languages write them. The members of a group open and close each other.
constexpr std::array<std::u32string_view, 2> QuoteGroups{U"\"\u201C\u201D\u201E\u201F\uFF02", U"\u00AB\u00BB"};

std::string lowerCase(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

/// Reads a search from its beginning to its end.
class Reader {
 public:
  Reader(const support::Member& member, std::chrono::minutes zone)
      : _member(member), _zone(zone), _characters(support::toCharacters(member.text())), _rest(_characters) {}

  Query read() {
    for (skipSpace(); !_rest.empty(); skipSpace()) {
      if (!readPhrase()) readWord();
    }
    return std::move(_query);
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const { _member.refuse(why); }

  void skipSpace() {
    while (!_rest.empty() && support::isSpace(_rest.front())) _rest.remove_prefix(1);
  }

  bool readPhrase() {
    for (const std::u32string_view quotes : QuoteGroups) {
      if (quotes.find(_rest.front()) == std::u32string_view::npos) continue;
      const std::size_t end = _rest.find_first_of(quotes, 1);
      if (end == std::u32string_view::npos) refuse("has a quote that isn't closed");
      addTerm(_rest.substr(1, end - 1));
      _rest.remove_prefix(end + 1);
      return true;
    }
    return false;
  }

  void readWord() {
    const auto end = std::find_if(_rest.begin(), _rest.end(), support::isSpace);
    const std::u32string_view word = _rest.substr(0, static_cast<std::size_t>(end - _rest.begin()));
    _rest.remove_prefix(word.size());
    const std::size_t colon = word.find(U':');
    if (colon == std::u32string_view::npos || !readOperator(word.substr(0, colon), word.substr(colon + 1))) {
      addTerm(word);
    }
  }

  void addTerm(std::u32string_view typed) {
    if (std::all_of(typed.begin(), typed.end(), support::isSpace)) return;
    if (_query.terms.size() == MaxTerms) refuse("has more than " + std::to_string(MaxTerms) + " words and phrases");
    _query.terms.emplace_back(support::toText(typed));
  }

  bool readOperator(std::u32string_view typedName, std::u32string_view typedValue) {
    const std::string name = lowerCase(support::toText(typedName));
    const std::string value = support::toText(typedValue);
    if (name == "from") {
      setName(_query.from, name, value);
    } else if (name == "in") {
      setName(_query.in, name, value);
    } else if (name == "before") {
      setDate(_query.before, name, value);
    } else if (name == "after") {
      setDate(_query.since, name, value);
    } else if (name == "has") {
      setTrait(value);
    } else {
      return false;
    }
    return true;
  }

  void setName(std::optional<std::string>& name, const std::string& key, const std::string& value) {
    if (value.empty()) refuse("needs a username directly after " + key + ":");
    if (name) refuse("has " + key + ": twice");
    name = value;
  }

  void setDate(std::optional<support::Millis>& date, const std::string& key, const std::string& value) {
    if (date) refuse("has " + key + ": twice");
    date = readDate(value, _zone);
    if (!date) refuse("needs a date such as 2026-11-22, 2026-11 or 2026-11-22T15:04 directly after " + key + ":");
  }

  void setTrait(const std::string& value) {
    const std::string trait = lowerCase(value);
    if (trait == "image") {
      _query.has.image = true;
    } else if (trait == "video") {
      _query.has.video = true;
    } else if (trait == "link") {
      _query.has.link = true;
    } else {
      refuse("needs image, video or link directly after has:");
    }
  }

  const support::Member& _member;
  const std::chrono::minutes _zone;
  const std::u32string _characters;
  std::u32string_view _rest;
  Query _query;
};

}  // namespace

Query literalQuery(std::string_view text) {
  Query query;
  query.terms.emplace_back(text);
  return query;
}

Query parseQuery(const support::Member& search, std::chrono::minutes zone, std::size_t maxCharacters) {
  if (support::countCharacters(search.text()) > maxCharacters) {
    search.refuseAsTooLarge("must have at most " + std::to_string(maxCharacters) + " characters");
  }
  return Reader(search, zone).read();
}

}  // namespace chat::msgsearch
