#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chat::data {

/// The statements of a migration: each ends with `;` at the end of a line, lines that begin with `--` are left out. A
/// `;` elsewhere is an ordinary character, so that a statement may contain one in a text. The rest after the last `;`
/// is a statement too.
std::vector<std::string> splitStatements(std::string_view script);

}  // namespace chat::data
