#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chat::gateway {

/// What is kept with a socket for the plugins: the payload of its CONNECT and JSON values by key. Replaced as a whole,
/// so that workers may read it, and made only for sockets that have any of it. Thread: any; immutable.
class SocketData {
 public:
  using Ref = std::shared_ptr<const SocketData>;  // null: nothing is kept

  /// `before` with that payload of CONNECT; `{}`, and one above `limit` bytes, isn't kept.
  static Ref withAuth(const Ref& before, std::string_view auth, std::size_t limit);
  /// `before` with the value under that key, or without the key if the value is empty. Null, with the reason in
  /// `fault`, if it isn't one JSON value, or if keys and values would have more than `limit` bytes.
  static Ref withValue(const Ref& before, std::string_view key, std::string_view value, std::size_t limit,
                       std::string& fault);

  /// Empty if there is none.
  std::string_view find(std::string_view key) const noexcept;
  /// `{}` if none is kept.
  std::string_view auth() const noexcept { return _auth.empty() ? std::string_view("{}") : _auth; }
  /// By growing key.
  const std::vector<std::pair<std::string, std::string>>& all() const noexcept { return _values; }

 private:
  std::string _auth;
  std::vector<std::pair<std::string, std::string>> _values;
};

}  // namespace chat::gateway
