#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/SharedBuffer.h"

namespace chat::http {

using Field = std::pair<std::string, std::string>;
using FieldView = std::pair<std::string_view, std::string_view>;

/// A request as it was received: the head is parsed and checked, the body complete (chunks joined) and within its
/// limit. The views are of `head`, which keeps its place when the request is moved.
struct Request {
  Request() = default;
  Request(const Request&) = delete;
  Request& operator=(const Request&) = delete;
  Request(Request&&) noexcept = default;
  Request& operator=(Request&&) noexcept = default;

  std::vector<char> head;  ///< from the request line to the empty line
  std::string_view method;
  std::string_view target;  ///< as sent
  std::string path;         ///< the target's, percent-decoded; begins with `/`, has no NUL and no `..` segment
  std::string_view query;   ///< the target's, without `?`, not decoded
  std::vector<FieldView> fields;
  std::string body;
  bool keepAlive = true;
  bool isUpgrade = false;  ///< has `Connection: upgrade` and an `Upgrade` field

  /// Clears everything but keeps the memory that a small request needs.
  void clear() noexcept;
  /// The first field of that name without regard to case; empty when there is none.
  std::string_view field(std::string_view name) const noexcept;
  /// The decoded value of a query parameter; nothing if it is absent or badly encoded.
  std::optional<std::string> queryParameter(std::string_view name) const;
};

/// An answer. `Content-Length`, `Date` and `Connection` are added when it is sent.
struct Response {
  int status = 200;
  std::vector<Field> fields;
  /// Further fields as lines, each with its CR LF; a constant, so that fields that never change aren't composed for
  /// each answer.
  std::string_view fieldLines;
  base::SharedBuffer body;

  Response() = default;
  Response(int code, std::string_view contentType, std::string_view text);
  void set(std::string_view name, std::string_view value) { fields.emplace_back(name, value); }
};

/// The standard reason phrase of a status code; `Unknown` for one that has none.
std::string_view reasonPhrase(int status) noexcept;

}  // namespace chat::http
