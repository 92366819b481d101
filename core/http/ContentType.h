#pragma once

#include <string_view>

namespace chat::http {

/// The media type of a file by the ending of its name; `application/octet-stream` for an unknown ending.
std::string_view contentTypeOf(std::string_view fileName) noexcept;

}  // namespace chat::http
