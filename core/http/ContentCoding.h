#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace chat::http {

/// The content codings (RFC 9110, section 8.4.1) that are served.
enum class ContentCoding : std::uint8_t { Identity, Gzip, Deflate, Brotli };

/// As in `Content-Encoding`; empty for Identity.
std::string_view name(ContentCoding coding) noexcept;

/// Which of the offered codings a client prefers that sent this `Accept-Encoding`: the one with the highest q-value,
/// the earlier in `offered` among equals. Identity if that has a higher q-value, or if the client takes none of them; a
/// client that refuses even that gets it nevertheless (RFC 9110, section 12.5.3, allows it). Throws nothing.
ContentCoding preferred(std::string_view acceptEncoding, std::span<const ContentCoding> offered) noexcept;

}  // namespace chat::http
