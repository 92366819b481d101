#pragma once

#include <span>
#include <string>
#include <string_view>

namespace chat::app {

/// The name that was probably meant: the one with the fewest letters to change, to add, to drop or to swap with a
/// neighbour, without regard to case. Empty if none is near (more than a third of the letters differ).
std::string nearestName(std::string_view name, std::span<const std::string> names);

}  // namespace chat::app
