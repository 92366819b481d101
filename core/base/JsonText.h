#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat::base {

/// How deep arrays and objects of a packet may be nested; this server rejects deeper ones as invalid JSON. An event's
/// own array counts.
inline constexpr std::size_t MaxJsonDepth = 1024;

/// Finds the end of the JSON value (RFC 8259) that starts at `text[from]`, without building values: the whole grammar
/// is checked, so that valid text may be handed on to other clients as it came. No recursion, no allocation; 1.1 to 1.3
/// ns per byte of a usual event, less in long strings. The caller has checked that `text` is UTF-8. Returns the
/// position after the value, npos if there is no valid value.
std::size_t skipJsonValue(std::string_view text, std::size_t from = 0) noexcept;

/// Whether `skipJsonValue` finds no value because arrays and objects are nested deeper than MaxJsonDepth. What follows
/// the first level too deep isn't checked.
bool isJsonTooDeep(std::string_view text, std::size_t from = 0) noexcept;

/// The position of the first character at or after `from` that isn't JSON white space, or the end.
std::size_t skipJsonSpace(std::string_view text, std::size_t from = 0) noexcept;

/// Whether all of the text, except white space at its end, is one JSON object.
bool isJsonObject(std::string_view text) noexcept;

/// The text of a JSON string that was checked before, given without its quotation marks. A lone surrogate, which UTF-8
/// can't hold, becomes U+FFFD.
std::string unescapeJson(std::string_view content);

/// Whether a text has characters that a JSON string can't hold as they are.
bool needsJsonEscape(std::string_view text) noexcept;

/// Appends the text as the content of a JSON string, without quotation marks. The text must be UTF-8.
void appendJsonEscaped(std::string& out, std::string_view text);

}  // namespace chat::base
