#pragma once

#include <compare>
#include <functional>
#include <string>

namespace chat::base {

/// The user that a socket belongs to, as named by the plugin that authenticated the socket; opaque to the core.
struct UserId {
  std::string value;
  auto operator<=>(const UserId&) const = default;
};

}  // namespace chat::base

template <>
struct std::hash<chat::base::UserId> {
  std::size_t operator()(const chat::base::UserId& id) const noexcept { return std::hash<std::string>{}(id.value); }
};
