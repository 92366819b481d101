#pragma once

#include <string_view>
#include <vector>

#include "http/Message.h"

namespace chat::http {

/// Whether a field of that name may be added to an answer by whoever isn't its author: a token (RFC 9110, section
/// 5.6.2), and none that frames the message, belongs to one connection, or says what the body is.
bool isAddable(std::string_view name) noexcept;

/// Whether it may be a field's value: no control character but the tab (RFC 9110, section 5.5).
bool isFieldValue(std::string_view value) noexcept;

/// Puts a field into a list, in the place of those of the same name; `Set-Cookie` is always one more.
void setField(std::vector<Field>& fields, std::string_view name, std::string_view value);

}  // namespace chat::http
