#pragma once

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/Clock.h"
#include "http/Message.h"

namespace chat::http {

/// What the server adds to an answer's own fields.
struct Closing {
  std::chrono::system_clock::time_point date;
  bool keepAlive = true;
  base::Duration keepAliveTimeout{0};  ///< sent to the client in whole seconds if the connection is kept
  std::span<const Field> fields{};     ///< further fields, after the answer's own
};

/// Appends the status line and the fields, to the empty line. Fields with a CR, LF or NUL would break the head and are
/// left out: they can only come from an answer that repeats a client's text.
void appendHead(std::string& out, const Response& response, const Closing& closing);

/// Appends the head of a 101 with these fields.
void appendUpgradeHead(std::string& out, std::span<const Field> fields, std::span<const Field> more,
                       std::chrono::system_clock::time_point date);

/// RFC 9110's IMF-fixdate, e.g. `Sun, 06 Nov 1994 08:49:37 GMT`; formatted once a second and thread. Valid until the
/// thread's next call.
std::string_view httpDate(std::chrono::system_clock::time_point time);

}  // namespace chat::http
