#include "socketio/Placeholders.h"

#include <charconv>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/JsonMembers.h"
#include "base/JsonTokens.h"

namespace chat::socketio {

double jsonNumber(std::string_view text) {
  double value = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), value).ec == std::errc{}) return value;
  return std::strtod(std::string(text).c_str(), nullptr);  // too large gives infinity, too small 0
}

void Placeholder::key(std::string_view key) {
  std::string unescaped;
  if (key.find('\\') != std::string_view::npos) key = unescaped = base::unescapeJson(key);
  _member = key == "_placeholder" ? Member::Mark : key == "num" ? Member::Number : Member::None;
}

void Placeholder::number(std::string_view number) {
  const bool isNumber = _member == Member::Number;
  other();
  if (isNumber) _number = jsonNumber(number);
}

void Placeholder::literal(std::string_view literal) {
  const bool isMark = _member == Member::Mark;
  other();
  if (isMark) _marked = literal == "true";
}

void Placeholder::other() {
  if (_member == Member::Mark) _marked = false;
  if (_member == Member::Number) _number.reset();
  _member = Member::None;
}

std::optional<std::size_t> Placeholder::index(std::size_t attachments) const noexcept {
  if (!_marked || !_number || !(*_number >= 0) || !(*_number < static_cast<double>(attachments))) return std::nullopt;
  const auto index = static_cast<std::size_t>(*_number);
  if (static_cast<double>(index) < *_number) return std::nullopt;
  return index;
}

bool placeholdersFit(std::string_view json, std::size_t attachments) {
  using Kind = base::JsonTokens::Kind;
  base::JsonTokens tokens(json);
  std::vector<Placeholder> open;  // for an array a Placeholder that is never marked
  const auto scalar = [&open](auto tell) {
    if (!open.empty()) tell(open.back());
  };
  for (;;) {
    switch (tokens.next()) {
      case Kind::End:
        return true;
      case Kind::OpenObject:
      case Kind::OpenArray:
        scalar([](Placeholder& object) { object.other(); });
        open.emplace_back();
        break;
      case Kind::CloseObject:
        if (open.back().isMarked() && !open.back().index(attachments)) return false;
        [[fallthrough]];
      case Kind::CloseArray:
        open.pop_back();
        break;
      case Kind::Key:
        open.back().key(tokens.token);
        break;
      case Kind::Number:
        scalar([&](Placeholder& object) { object.number(tokens.token); });
        break;
      case Kind::Literal:
        scalar([&](Placeholder& object) { object.literal(tokens.token); });
        break;
      case Kind::String:
        scalar([](Placeholder& object) { object.other(); });
        break;
    }
  }
}

}  // namespace chat::socketio
