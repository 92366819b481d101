#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chat::http {

/// What a request target (RFC 9112, section 3.2) says about the resource.
struct Target {
  std::string path;        ///< percent-decoded; begins with `/`, or is `*`; no NUL, no `.` or `..` segment
  std::string_view query;  ///< a part of the target, not decoded
};

/// Nothing for a target that isn't served: neither origin-form, absolute-form (http, https) nor `*`, bytes that belong
/// encoded, a fragment, a broken escape, or a path with NUL, backslash or dot segments, however these are encoded.
std::optional<Target> parseTarget(std::string_view target);

/// Nothing where an escape is broken. `plusIsSpace`: as in a form's query.
std::optional<std::string> percentDecode(std::string_view text, bool plusIsSpace);

}  // namespace chat::http
