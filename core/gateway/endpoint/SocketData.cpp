#include "gateway/endpoint/SocketData.h"

#include <algorithm>

#include "base/JsonText.h"

namespace chat::gateway {
namespace {

auto placeOf(auto& values, std::string_view key) {
  return std::lower_bound(values.begin(), values.end(), key,
                          [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
}

bool isOneValue(std::string_view text) {
  const auto end = base::skipJsonValue(text, base::skipJsonSpace(text));
  return end != std::string_view::npos && base::skipJsonSpace(text, end) == text.size();
}

}  // namespace

SocketData::Ref SocketData::withAuth(const Ref& before, std::string_view auth, std::size_t limit) {
  if (auth == "{}" || auth.size() > limit) auth = {};
  if (auth.empty() && !before) return nullptr;
  auto after = before ? std::make_shared<SocketData>(*before) : std::make_shared<SocketData>();
  after->_auth = auth;
  return after;
}

SocketData::Ref SocketData::withValue(const Ref& before, std::string_view key, std::string_view value,
                                      std::size_t limit, std::string& fault) {
  auto after = before ? std::make_shared<SocketData>(*before) : std::make_shared<SocketData>();
  auto& values = after->_values;
  const auto place = placeOf(values, key);
  const bool isThere = place != values.end() && place->first == key;
  if (value.empty()) {
    if (isThere) values.erase(place);
    return after;
  }
  if (!isOneValue(value)) {
    fault = "it isn't one JSON value";
    return nullptr;
  }
  if (isThere) {
    place->second = value;
  } else {
    values.insert(place, {std::string(key), std::string(value)});
  }
  std::size_t bytes = 0;
  for (const auto& [name, text] : values) bytes += name.size() + text.size();
  if (bytes <= limit) return after;
  fault =
      "the socket would keep " + std::to_string(bytes) + " bytes; limits.socketData allows " + std::to_string(limit);
  return nullptr;
}

std::string_view SocketData::find(std::string_view key) const noexcept {
  const auto place = placeOf(_values, key);
  return place != _values.end() && place->first == key ? std::string_view(place->second) : std::string_view{};
}

}  // namespace chat::gateway
