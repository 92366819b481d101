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
class SocketValues {
 public:
  using Ref = std::shared_ptr<const SocketValues>;  // null: nothing is kept

  /// `before` with that payload of CONNECT; `{}`, and one above `limit` bytes, isn't kept.
  static Ref withAuth(const Ref& before, std::string_view auth, std::size_t limit);
  /// `before` with the value under that key, or without the key where the value is empty. Null, with the reason in
  /// `fault`, where it isn't one JSON value, or where keys and values would have more than `limit` bytes.
  static Ref withValue(const Ref& before, std::string_view key, std::string_view value, std::size_t limit,
                       std::string& fault);

  /// Empty where there is none.
  std::string_view find(std::string_view key) const noexcept;
  /// `{}` where none is kept.
  std::string_view auth() const noexcept { return _auth.empty() ? std::string_view("{}") : _auth; }
  /// By growing key.
  const std::vector<std::pair<std::string, std::string>>& all() const noexcept { return _values; }

 private:
  std::string _auth;
  std::vector<std::pair<std::string, std::string>> _values;
};

}  // namespace chat::gateway
