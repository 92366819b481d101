#pragma once

#include <string>
#include <string_view>

namespace chat::app {

/// Reads a line of the standard input, without its end. At a terminal `prompt` is shown and what is typed is not.
/// Throws plugin::AppError 400 if there is no line or the user types Ctrl-C. Thread: main.
std::string readSecret(std::string_view prompt);

}  // namespace chat::app
