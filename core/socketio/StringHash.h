#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace chat::socketio {

/// For maps with std::string keys that are searched with views, without a copy.
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

}  // namespace chat::socketio
