#pragma once

#include <string>
#include <string_view>

#include "http/ContentCoding.h"

namespace chat::http {

/// Whether to be quick, on a loop that others wait for, or thorough, once at the start.
enum class Effort { Quick, Thorough };

/// The text in that coding. Quick: zlib's level 1, about 10 ms a megabyte; the compressor's memory (a quarter of a
/// megabyte for each coding) is kept by the thread from the first call on. Throws std::runtime_error where memory ends.
std::string compressed(std::string_view text, ContentCoding coding, Effort effort);

/// Whether a media type is worth compressing: text, scripts, JSON, SVG; not what is compressed already.
bool isCompressible(std::string_view contentType) noexcept;

}  // namespace chat::http
