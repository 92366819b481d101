#pragma once

#include <string>
#include <string_view>

#include "http/ContentCoding.h"

namespace chat::http {

/// Quick: on a loop, where other connections wait. Thorough: once, at the start.
enum class Effort { Quick, Thorough };

/// The text in that coding. Quick: zlib's level 1, about 10 ms a megabyte; each thread keeps the compressor's memory (a
/// quarter of a megabyte for each coding) from its first call on. Throws std::runtime_error if there is no memory.
std::string compressed(std::string_view text, ContentCoding coding, Effort effort);

/// Whether a media type is worth compressing: text, scripts, JSON, SVG; not formats that are compressed already.
bool isCompressible(std::string_view contentType) noexcept;

}  // namespace chat::http
