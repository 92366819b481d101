#pragma once

#include <string>
#include <string_view>

namespace chat::base {

/// A mangled C++ symbol or type name (`_ZN4chat4base…`) as its author would write it; any other text unchanged.
/// Thread: any.
std::string demangled(std::string_view symbol);

}  // namespace chat::base
