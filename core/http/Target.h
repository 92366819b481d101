#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat::http {

/// The parts of a request target (RFC 9112, section 3.2).
struct Target {
  std::string path;        ///< percent-decoded; begins with `/`, or is `*`; no NUL, no `.` or `..` segment
  std::string_view query;  ///< a part of the target, not decoded
};

/// Nothing for a target that isn't served: one that is neither in origin-form, in absolute-form (http, https) nor `*`;
/// one with bytes that must be percent-encoded, a fragment or a broken escape; or a path with NUL, backslash or dot
/// segments, encoded or not.
std::optional<Target> parseTarget(std::string_view target);

/// Nothing if an escape is broken. `plusIsSpace`: as in a form's query.
std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace);

}  // namespace chat::http
