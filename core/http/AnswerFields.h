#pragma once

#include <string_view>
#include <vector>

#include "http/Message.h"

namespace chat::http {

/// Whether code other than the route's handler may add a field of that name to an answer: the name must be a token (RFC
/// 9110, section 5.6.2), and not that of a field that frames the message, belongs to one connection or describes the
/// body.
bool isAddable(std::string_view name) noexcept;

/// Whether the text may be a field's value: no control character except the tab (RFC 9110, section 5.5).
bool isFieldValue(std::string_view value) noexcept;

/// Puts a field into a list and removes fields of the same name; `Set-Cookie` is always added.
void setField(std::vector<Field>& fields, std::string_view name, std::string_view value);

}  // namespace chat::http
