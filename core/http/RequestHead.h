#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/Result.h"
#include "http/Message.h"
#include "http/RequestError.h"

namespace chat::http {

/// What a request's head says about the body that follows.
struct BodyFraming {
  bool chunked = false;
  std::uint64_t contentLength = 0;
  bool expectsContinue = false;
};

inline constexpr std::size_t MaxFields = 100;

/// Copies a whole head, from the request line to the empty line, into `request` and parses it there. The caller has
/// checked the line endings and that no line is folded.
///
/// Boost.Beast reads the grammar. Beyond that this refuses what Beast accepts and what has been used to smuggle
/// requests: a transfer encoding other than one `chunked`, more than one Content-Length or Host, a Host missing from
/// HTTP/1.1, more than `MaxFields` fields. Errors are values; throws only if there is no memory.
base::Result<BodyFraming, RequestError> parseHead(std::string_view head, Request& request);

}  // namespace chat::http
